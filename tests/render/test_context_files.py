"""The sources of the files beside Dockerfiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.model import ContextFile
from tagmatrix.render import context_files
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates

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


@pytest.mark.parametrize("sign", "\0\x07\x1b\x7f\x85\x9b\u200b\u202e\u2028")
def test_unprintable(tmp_path: Path, sources: ContextFiles, sign: str) -> None:
    """What no reader sees is refused in a rendered file, with its line; a copy may be binary."""
    file = tmp_path / "templates/files/a.j2"
    file.write_text(f"#!/bin/sh\necho a{sign}b{{{{ 1 }}}}\n", encoding="utf-8", newline="")
    with pytest.raises(TemplateError) as error:
        sources.get(ContextFile(template="a.j2"), {})
    assert str(error.value).startswith("templates/files/a.j2:2: ")
    assert f"the character U+{ord(sign):04X} is not printable: remove it" in str(error.value)
    assert sources.get(ContextFile(file="a.j2"), {}).content == file.read_bytes()


@pytest.mark.parametrize("sign", ["\t", "é 語 🙂", "\u00a0\u200d", "\r\n", ""])
def test_printable(tmp_path: Path, sources: ContextFiles, sign: str) -> None:
    """Tabs, ends of lines, and text of any script are text, also after a byte order mark."""
    for begin in ("", "{{ '\\ufeff' }}"):
        name = f"{len(begin)}.j2"
        (tmp_path / "templates/files" / name).write_text(
            f"{begin}a{sign}\n", encoding="utf-8", newline=""
        )
        assert b"a" in sources.get(ContextFile(template=name), {}).content


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
