"""The page from a reader's view, and its shorter forms if it is too long."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.matrix.expand import Matrix, expand
from tagmatrix.matrix.load import load
from tagmatrix.problems import ConfigError
from tagmatrix.render.page import page as readme
from tagmatrix.render.page.page import BUDGET, Page, Tier
from tagmatrix.render.templates import Templates
from tagmatrix.util.markdown_text import plain
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from tagmatrix.config import Config

ROOT = Path(__file__).parents[2]
IMAGES = [ROOT, *sorted(path.parent for path in (ROOT / "tests/images").glob("*/versions.yaml"))]
NAMES = [path.name for path in IMAGES]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
MOVING = (r"3\.\d+\.\d+-slim", r"3\.\d+-slim-trixie")
LINK = re.compile(r"\]\((?:<([^>]*)>|([^)\s]*))\)|<(https?://[^>]*)>")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def make(root: Path, loaded: Config, matrix: Matrix, budget: int = BUDGET) -> Page:
    """Return the page of an image; all images have the same commit."""
    commits = dict.fromkeys((image.source for image in matrix.images), COMMIT)
    templates = Templates(root / "templates")
    return readme.page(templates, loaded, matrix, commits, prefix="", budget=budget)


def text_of(root: Path) -> str:
    """Return the text of an image's page."""
    return make(root, *load(root)).content.decode()


def grown(count: int) -> tuple[Config, Matrix]:
    """Return this repository's matrix with many copies of a release of 8 images."""
    loaded = config.load(ROOT)
    (release,) = (release for release in loaded.releases if release.cycle == "3.13")
    releases = tuple(
        replace(release, cycle=f"9.{number}", version=f"9.{number}.1", folder=f"9.{number}")
        for number in reversed(range(count))
    )
    large = replace(loaded, releases=releases)
    return large, expand(large)


def sections(text: str, level: int) -> list[str]:
    """Return the headings of a level, outside of examples."""
    plain = FENCED.sub("", text)
    return re.findall(rf"^{'#' * level} (.*)$", plain, re.MULTILINE)


@pytest.mark.parametrize("root", IMAGES, ids=NAMES)
def test_headings_are_in_order(root: Path) -> None:
    """There is one title, no level is skipped, and headings of a section are unique."""
    plain = FENCED.sub("", text_of(root))
    levels = [len(marks) for marks in re.findall(r"^(#+) ", plain, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(set(sections(plain, 2))) == len(sections(plain, 2))


@pytest.mark.parametrize("root", IMAGES, ids=NAMES)
def test_links_have_the_shape_of_links(root: Path) -> None:
    """Every link is an http(s) address; links to Dockerfiles have a commit and a folder."""
    loaded, matrix = load(root)
    found = [next(filter(None, groups), "") for groups in LINK.findall(text_of(root))]
    assert all(re.fullmatch(r"https?://[\w.-]+(?:/[^\s<>()]*)?", link) for link in found)
    home = loaded.repository.removesuffix(".git")
    folders = {f"{home}/blob/{COMMIT}/{image.dockerfile_path}" for image in matrix.images}
    assert {link for link in found if f"/blob/{COMMIT}/" in link} == folders


def test_own_page_has_what_a_reader_looks_for() -> None:
    """The page has each section, and stays well below the limit."""
    text = text_of(ROOT)
    assert sections(text, 2) == [
        "Quick reference",
        "Supported tags",
        "Which tags move",
        "Suites",
        "Which flavor to use",
        "How to use this image",
        "Rebuilds and end of life",
        "What is not built",
        "What differs, and why",
        "License",
    ]
    assert len(text.encode()) < 0.9 * BUDGET
    loaded, matrix = load(ROOT)
    for release in loaded.releases:
        assert f"| {release.cycle} | {release.version} | {release.end_of_life} |" in text
    for cell in matrix.left_out:
        assert cell.why in text
    assert all(link in text for link in loaded.page.help.values())
    assert all(link in text for link in loaded.page.licenses.values())


def test_what_moves_and_with_what() -> None:
    """Version and suite are separate: a tag can keep one and move with the other."""
    text = text_of(ROOT).partition("## Which tags move")[2].partition("\n## ")[0]
    full, short = (re.search(rf"^\\| `{tag}` .*$", text, re.MULTILINE) for tag in MOVING)
    assert full
    assert re.search(r"\| stays 3\.[\d.]+ \| moves with another default suite \|$", full[0])
    assert short
    assert re.search(r"\| moves with a new version of 3\.\d+ \| stays trixie \|$", short[0])


@pytest.mark.parametrize("root", IMAGES, ids=NAMES)
def test_words_are_for_readers(root: Path) -> None:
    """The page does not mention the configuration: readers do not know it."""
    _, _, text = text_of(root).partition("\n# ")
    assert "versions.yaml" not in text
    assert "nothing" not in text.partition("## Which tags move")[2].partition("\n## ")[0]


def test_a_flavor_has_a_section_only_if_it_exists() -> None:
    """A flavor without images is not mentioned, not even in examples."""
    loaded, matrix = load(ROOT)
    assert {"default", "slim", "alpine", "windowsservercore"} == {
        title.partition(":")[0]
        for title in sections(make(ROOT, loaded, matrix).content.decode(), 3)
    } & {*loaded.flavors}
    images = tuple(image for image in matrix.images if image.flavor == "default")
    text = make(ROOT, loaded, Matrix(images, (), frozenset())).content.decode()
    assert "default: `python:3.14`" in sections(text, 3)
    assert "slim" not in text
    assert not re.search("alpine|windowsservercore", text.partition("License information")[0])


def test_links_of_gitlab() -> None:
    """For a GitLab repository, the links have GitLab's form."""
    loaded, matrix = load(ROOT)
    elsewhere = replace(loaded, repository="https://gitlab.com/a/b.git")
    text = make(ROOT, elsewhere, matrix).content.decode()
    assert f"https://gitlab.com/a/b/-/blob/{COMMIT}/library/3.14/trixie/Dockerfile" in text
    assert "<https://gitlab.com/a/b/-/issues>" in text
    assert "https://gitlab.com/a/b/-/commits/main/library/python" in text
    assert "github.com/example" not in text


def test_page_without_templates_for_it(tmp_path: Path) -> None:
    """An image without page templates gets a page; it can replace a single section."""
    loaded = config.parse(VERSIONS)
    text = make(tmp_path, loaded, expand(loaded)).content.decode()
    assert sections(text, 1) == ["sample"]
    assert "`2.1.3-slim`" in text
    (tmp_path / "templates/readme").mkdir(parents=True)
    (tmp_path / "templates/readme/license.j2").write_text("## License\n\nAll of {{ title }}.\n")
    own = make(tmp_path, loaded, expand(loaded)).content.decode()
    assert own.endswith("## License\n\nAll of sample.\n")
    assert own.partition("## License")[0] == text.partition("## License")[0]


def test_words_of_versions_yaml_are_not_markdown(tmp_path: Path) -> None:
    """Markdown in a reason can't break the page."""
    loaded = config.parse(VERSIONS.replace("No user has such a machine.", "a_b [x](y) | <b> *c*"))
    text = make(tmp_path, loaded, expand(loaded)).content.decode()
    assert r"a\_b \[x\](y) \| \<b\> \*c\*" in text


def test_tiers_follow_each_other() -> None:
    """The smaller the budget, the less the page contains; it fits as long as a tier does."""
    loaded, matrix = load(ROOT)
    pages = [
        make(ROOT, loaded, matrix, budget)
        for budget in (25_000, 19_000, 17_000, 12_600, 12_400, 12_000, 9_100, 8_000)
    ]
    assert all(len(page.content) <= page.budget for page in pages[:-1])
    assert len(pages[-1].content) > 8_000
    assert [*dict.fromkeys(page.tier for page in pages)] == list(Tier)
    texts = {page.tier: page.content.decode() for page in pages}
    assert "## What differs, and why" in texts[Tier.REASONS]
    assert f"/blob/{COMMIT}/" in texts[Tier.IMAGES]
    assert all("What differs" not in texts[tier] for tier in Tier if tier is not Tier.REASONS)
    assert f"/blob/{COMMIT}/" not in texts[Tier.CYCLES]
    assert "/tree/main/library/3.14)" in texts[Tier.CYCLES]
    assert "/tree/main/" not in texts[Tier.NAMES]
    assert "`3.14.6-slim-trixie`, `3.14-slim-trixie`" in texts[Tier.NAMES]
    assert "`3.13.14-slim-trixie`" not in texts[Tier.MANIFEST]
    assert (
        "[`library/python`](https://github.com/example/tagmatrix/blob/main/library/python)"
        in (texts[Tier.MANIFEST].partition("## Supported tags")[2])
    )


@pytest.mark.parametrize("count", [53, 530])
def test_page_of_many_images_fits(count: int) -> None:
    """With 420 images, and with 4,200, the page stays within the budget."""
    loaded, matrix = grown(count)
    assert len(matrix.images) == 8 * count
    page = make(ROOT, loaded, matrix)
    assert page.tier is Tier.MANIFEST
    assert len(page.content) < 0.9 * BUDGET
    assert "tier 5 of 5, a link to the manifest instead of the tags" in page.text()


@pytest.mark.parametrize(
    ("size", "tier", "words"),
    [
        (22_500, Tier.REASONS, ""),
        (22_501, Tier.REASONS, "if it grows, parts of it are left out"),
        (9_000, Tier.IMAGES, "it no longer lists the differences between images"),
        (9_000, Tier.CYCLES, "it now has only a link for each cycle"),
        (
            25_001,
            Tier.MANIFEST,
            "25,001 bytes, and Docker Hub shows only 25,000, although it lists no tags",
        ),
    ],
)
def test_warnings(size: int, tier: Tier, words: str) -> None:
    """There is a warning above 90 % of the budget, and after the loss of a tier."""
    warning = Page(b"x" * size, tier).warning()
    assert words in warning
    assert bool(warning) == bool(words)


def test_description_is_short() -> None:
    """The short description on Docker Hub has at most 100 characters."""
    assert config.load(ROOT).page.description
    with_page = VERSIONS.replace("builder:", "page: {description: DESCRIPTION}\nbuilder:", 1)
    config.parse(with_page.replace("DESCRIPTION", "x" * 100))
    with pytest.raises(ConfigError, match=r"page\.description.*too long"):
        config.parse(with_page.replace("DESCRIPTION", "x" * 101))


@pytest.mark.parametrize("name", ["Ada *L*", "a_b_ c", "Ada [x]", "`Ada`", "~~Ada~~"])
def test_a_maintainer_stays_in_its_place(name: str) -> None:
    """The name is a plain text, and the address beside it a link."""
    data = (ROOT / "versions.yaml").read_text(encoding="utf-8")
    old = "Example Maintainers <maintainers@example.com>"
    loaded = config.parse(data.replace(f"- {old} (@example)", f'- "{name} <a@b.c> (@ada)"'))
    text = make(ROOT, loaded, expand(loaded)).content.decode()
    assert f"- **Maintained by**: {plain(name)} <a@b.c> (@ada)\n" in text
    assert plain(name) != name
