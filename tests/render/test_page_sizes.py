"""The image's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagmatrix import config
from tagmatrix.header import SENTENCES
from tagmatrix.matrix.expand import expand
from tagmatrix.render.page import page as readme
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates
from tests.projects import VERSIONS, write_sources

ROOT = Path(__file__).parents[2]
ROWS = """\
{{ image }} {{ repository }} {{ maintainers | join(";") }} {{ not_built | length }}
{% for section in sections %}
{{ section.cycle }}={{ section.version }}
{% for row in section.rows %}
{{ row.folder }} {{ row.tags | join(",") }} {{ row.shared_tags | join(",") -}}
{{ " " }}{{ row.commit }} {{ row.link }}
{% endfor %}
{% endfor %}
"""


def page(folder: Path, text: str = VERSIONS, prefix: str = "") -> str:
    """Return the page of the sample; the commit of an image is its folder, reversed."""
    loaded = config.parse(text)
    matrix = expand(loaded)
    commits = {image.source: image.folder[::-1] for image in matrix.images}
    made = readme.page(Templates(folder), loaded, matrix, commits, prefix=prefix)
    return made.content.decode()


def test_what_a_template_sees(tmp_path: Path) -> None:
    """A page has a section for each cycle and a row for each image, in order."""
    write_sources(tmp_path)
    (tmp_path / "templates/README.md.j2").write_text(ROWS)
    head, text = page(tmp_path / "templates", prefix="in/side").split("\n\n", 1)
    assert head.splitlines() == [f"<!-- {sentence} -->" for sentence in SENTENCES]
    lines = text.splitlines()
    assert lines[0] == (
        "sample https://github.com/example/sample.git A U Thor <author@example.org> (@author) 2"
    )
    assert lines[1] == "2.1=2.1.3"
    assert lines[2] == (
        "2.1/trixie 2.1.3-trixie,2.1-trixie,2-trixie,trixie 2.1.3,2.1,2,latest eixirt/1.2 "
        "https://github.com/example/sample/blob/eixirt/1.2/in/side/library/2.1/trixie/Dockerfile"
    )
    assert lines[8] == "2.0=2.0.9"
    assert len(lines) == 1 + 1 + 6 + 1 + 5


def test_own_page_names_every_tag() -> None:
    """This repository's page has every tag, each Dockerfile, and what is not built."""
    loaded = config.load(ROOT)
    images = expand(loaded).images
    text = page(ROOT / "templates", (ROOT / "versions.yaml").read_text())
    for image in images:
        for tag in (*image.tags, *image.shared_tags):
            assert f"`{tag.name}`" in text
    assert all(rule.why.rstrip(".") in text for rule in loaded.exclude)
    assert "\n\n\n" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_unknown_forge() -> None:
    """Without a known forge, this repository's page has folders and commits instead of links."""
    text = (ROOT / "versions.yaml").read_text()
    loaded = config.load(ROOT)
    elsewhere = text.replace(
        f"repository: {loaded.repository}", "repository: https://git.example/x"
    )
    assert elsewhere != text
    made = page(ROOT / "templates", elsewhere)
    assert "github.com" not in made.split("## Which tags move")[0]
    for image in expand(loaded).images:
        assert f"`{image.folder}/Dockerfile` at `{image.folder[::-1]}`" in made


def test_mistakes(tmp_path: Path) -> None:
    """An error in the page's template has its line."""
    write_sources(tmp_path)
    (tmp_path / "templates/README.md.j2").write_text("\n\n{{ sections[0].oops }}")
    with pytest.raises(TemplateError, match=r"templates/README\.md\.j2:3: .*oops"):
        page(tmp_path / "templates")
