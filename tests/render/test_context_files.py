"""The sources of the files beside Dockerfiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.model import ContextFile
from tagmatrix.render import context_files
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.templates import TemplateError, Templates

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sources(tmp_path: Path) -> ContextFiles:
    """Return the sources of an empty folder templates/files/."""
    (tmp_path / "templates/files").mkdir(parents=True)
    return ContextFiles(tmp_path / "templates", Templates(tmp_path / "templates"))


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\0\xff", b"no end", b"#!/bin/sh\r\n"])
@pytest.mark.parametrize("mode", [0o600, 0o755])
def test_copies(tmp_path: Path, sources: ContextFiles, content: bytes, mode: int) -> None:
    """A copy has the bytes and the run bit of its source; a script without it is reported once."""
    file = tmp_path / "templates/files/a"
    file.write_bytes(content)
    file.chmod(mode)
    for _ in range(2):
        found = sources.get(ContextFile(file="a"), {})
        assert (found.content, found.executable) == (content, mode == 0o755)
    odd = content.startswith(b"#!") and mode == 0o600
    assert sources.scripts_without_run_bit({}) == ["files/a"] * odd
    assert sources.scripts_without_run_bit({"files/a": True}) == []


def test_a_rendered_file(tmp_path: Path, sources: ContextFiles) -> None:
    """A template keeps its last line as it is, its line feeds and its run bit."""
    file = tmp_path / "templates/files/a.sh.j2"
    file.write_text("#!/bin/sh\n{{ 1 + 1 }}", newline="")
    file.chmod(0o755)
    found = sources.get(ContextFile(template="a.sh.j2"), {})
    assert (found.content, found.executable) == (b"#!/bin/sh\n2", True)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (ContextFile(file="a/b.j2"), "a/b.j2"),
        (ContextFile(template="a/b.j2"), "a/b"),
        (ContextFile(template="a/b"), "a/b"),
        (ContextFile(template="a/b.j2", to="c.j2"), "c.j2"),
    ],
)
def test_names(file: ContextFile, name: str) -> None:
    """Without `to`, a file has the path of its source, and a template loses `.j2`."""
    assert file.name == name


def test_a_large_file(
    tmp_path: Path, sources: ContextFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is too large is refused before it is read whole."""
    monkeypatch.setattr(context_files, "MAX_FILE_BYTES", 10)
    (tmp_path / "templates/files/a").write_bytes(b"x" * 11)
    with pytest.raises(TemplateError, match="templates/files/a is larger than 10 bytes"):
        sources.get(ContextFile(file="a"), {})


def test_a_file_in_the_place_of_a_folder(tmp_path: Path, sources: ContextFiles) -> None:
    """A path through a file is named, not followed."""
    (tmp_path / "templates/files/a").write_bytes(b"x")
    with pytest.raises(TemplateError, match="templates/files/a/b: Not a directory"):
        sources.get(ContextFile(file="a/b"), {})
