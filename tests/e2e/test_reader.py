"""What BuildKit reads since the version of the parser in tests/dockerfile, with a real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.dockerfile.copies import copied, missing_sources
from tagmatrix.dockerfile.docker_rules import errors
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tests.dockerfile.test_docker_rules import ACCEPTED, IN_BUILDS, REFUSED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.engine import Engine

BODY = "hello\nEOF\n"


@pytest.mark.parametrize(
    "text",
    [
        f"RUN cat << EOF\n{BODY}",
        f"RUN cat <<\tEOF\n{BODY}",
        f"RUN cat <<- EOF\n{BODY}",
        "RUN cat << -EOF\nhello\n-EOF\n",
        f"COPY <<EOF /file\n{BODY}FROM scratch\n",
        f"RUN x=${{V%%.*}} <<EOF\n{BODY}",
        "RUN echo $((1 << 2))\n",
        "RUN echo $((1<<2))\n",
        'RUN ["a"] x\n',
        "FROM scratch AS 1\n",
        "NOPE\n",
        "COPY x\n",
        "ONBUILD FROM x\n",
        "ARG =x\n",
        "WORKDIR\n",
        *(f"{line}\n" for line in (*REFUSED, *ACCEPTED)),
    ],
)
def test_outline(engine: Engine, tmp_path: Path, text: str) -> None:
    """The engine accepts a Dockerfile if and only if tagmatrix does."""
    whole = f"FROM scratch\n{text}"
    (tmp_path / "Dockerfile").write_text(whole)
    assert (engine.outline(tmp_path).code == 0) == accepted(whole)


PATTERNS = [line for line in IN_BUILDS if line.startswith("COPY ")]
"""The others would fail in an empty image and without a network, whatever they say."""


@pytest.mark.parametrize("line", [*PATTERNS, "COPY --exclude=z a b"])
def test_build(engine: Engine, tmp_path: Path, line: str) -> None:
    """The engine refuses some patterns only when it builds the image."""
    (tmp_path / "a").write_text("x")
    whole = f"FROM scratch\n{line}\n"
    (tmp_path / "Dockerfile").write_text(whole)
    assert engine.outline(tmp_path).code == 0
    assert (engine.export(tmp_path, tmp_path / "out").code == 0) == accepted(whole)


def accepted(text: str) -> bool:
    """Return whether tagmatrix accepts a Dockerfile."""
    try:
        found = parse(text)
    except DockerfileError:
        return False
    return not list(errors(found, text)) and not any(
        stage.problem for stage in outline(found).stages
    )


def test_files(engine: Engine, tmp_path: Path) -> None:
    """A here-document becomes a file with our content; a blank before its name changes nothing."""
    text = "FROM scratch\nCOPY <<EOF /file\nhello\nEOF\n"
    (tmp_path / "Dockerfile").write_text(text)
    engine.export(tmp_path, tmp_path / "out").ok()
    (heredoc,) = parse(text).instructions[1].heredocs
    assert (tmp_path / "out/file").read_text() == heredoc.content
    text = text.replace("<<EOF", "<< EOF")
    (tmp_path / "Dockerfile").write_text(text)
    assert '": not found' in engine.export(tmp_path, tmp_path / "none").text
    assert not accepted(text)


FILES = ("run.sh", "conf/a.conf", "conf/deep/b.conf", "docs/x.md", "docs/.hidden")


@pytest.mark.parametrize(
    ("ignore", "instruction"),
    [
        ("", "COPY conf/ docs /out/"),
        ("", "COPY conf/*/b.conf *.sh /out/"),
        ("", "COPY conf/**/a.conf /out/"),
        ("", "COPY [a-r]un.sh [^x]ocs /out/"),
        ("", "COPY {run,go}.sh /out/"),
        ("", "COPY docs/?hidden docs/x* /out/"),
        ("", "COPY run.sh *.none /out/"),
        ("", "COPY *.none /out/"),
        ("", "COPY ../conf/./deep/../a.conf /out/"),
        ("", "COPY conf/none/../a.conf /out/"),
        ("", "COPY --exclude=*.md docs /out/"),
        ("conf", "COPY conf /out/"),
        ("conf\n!conf/deep", "COPY conf/deep/b.conf /out/"),
        ("conf\n!conf/deep", "COPY conf/a.conf /out/"),
        ("**\n!docs/*.md", "COPY docs /out/"),
        ("**\n!docs/*.md", "COPY docs/.hidden /out/"),
        ("**/*.conf", "COPY conf/deep/b.conf /out/"),
        ("conf/**/b.conf", "COPY conf/deep/b.conf /out/"),
        ("conf/**/a.conf", "COPY conf/a.conf /out/"),
        ("  /conf/a.conf  \n# run.sh", "COPY conf/a.conf /out/"),
        ("  # run.sh", "COPY run.sh /out/"),
        ("#run.sh\nrun.s?", "COPY run.sh /out/"),
        ("../run.sh", "COPY run.sh /out/"),
        (".", "COPY run.sh /out/"),
        ("*\n!run.sh\nrun*", "COPY run.sh /out/"),
        ("! conf\nconf/", "COPY conf/a.conf /out/"),
        ("docs/*\n!docs/x.md\n", "COPY docs/x.md docs/.hid* /out/"),
        ("conf", "COPY co*f /out/"),
        ("Dockerfile", "COPY Dockerfile /out/"),
    ],
)
def test_copies(engine: Engine, tmp_path: Path, ignore: str, instruction: str) -> None:
    """The engine copies files if and only if tagmatrix finds all that is needed."""
    text = f"FROM scratch\n{instruction}\n"
    context = tmp_path / "context"
    for name in FILES:
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_text(name)
    (context / "Dockerfile").write_text(text)
    (context / ".dockerignore").write_text(ignore)
    files = (*FILES, "Dockerfile", ".dockerignore")
    lacking = list(missing_sources(copied(parse(text)), files, ignore))
    out = tmp_path / "out"
    done = engine.export(context, out)
    # Where a pattern is the only source and matches nothing, the engine copies nothing.
    copies = done.code == 0 and any(path.is_file() for path in out.rglob("*"))
    assert copies == (not lacking), (lacking, done)
