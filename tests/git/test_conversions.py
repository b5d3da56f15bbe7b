"""What git stores of files, by their attributes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tagmatrix.git import blob_id, stored_ids, stored_otherwise, with_stored_line_endings
from tests.git.opened import opened
from tests.repos import TestRepo, make_repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("attributes", "content", "advice"),
    [
        ("", b"a\r\nb\r\n", ""),
        ("* text=auto", b"a\nb\n", ""),
        ("* text=auto", b"a\r\nb\r\n", "-text"),
        ("* text=auto", b"a\r\n\0", ""),
        ("* text", b"a\r\n\0", "-text"),
        ("* eol=crlf", b"a\r\n", "-text"),
        ("* -text eol=crlf", b"a\r\n", ""),
        ("* binary", b"a\r\n", ""),
        ("* ident", b"$Id$\n", ""),
        ("* ident", b"$Id: 1 $\n", "-ident"),
        ("* filter=upper", b"a\n", "-filter"),
        ("* filter=upper", b"A\n", ""),
        ("* filter=upper text", b"a\r\n", "-text -filter"),
        ("* filter=unknown", b"a\n", ""),
        ("* text working-tree-encoding=UTF-16", "a\n".encode("utf-16"), "-working-tree-encoding"),
    ],
)
@pytest.mark.parametrize("folder", [".", "below"])
def test_stored_otherwise(
    tmp_path: Path, folder: str, attributes: str, content: bytes, advice: str
) -> None:
    """A file is stored otherwise if its attributes say so, and the advice changes that."""
    repo = make_repo(tmp_path / "repository")
    repo.git("config", "filter.upper.clean", "tr a-z A-Z")
    repo.write("below/file", "")
    where = "" if folder == "." else f"{folder}/"
    repo.write(f"{where}.gitattributes", f"{attributes}\n")
    found = stored_otherwise(opened(repo, folder), {"lib/a": content, "lib/b": b"A\n"})
    found.pop("lib/b", None)  # b"A\n" is not UTF-16
    assert found == ({"lib/a": advice} if advice else {})
    repo.write(f"{where}.gitattributes", f"{attributes}\nlib/a {advice}\n")
    assert stored_otherwise(opened(repo, folder), {"lib/a": content}) == {}


@pytest.mark.parametrize(
    ("attributes", "content", "stored"),
    [
        ("", b"a\r\n", b"a\r\n"),
        ("* text=auto", b"a\r\nb\n", b"a\nb\n"),
        ("* text=auto", b"a\r\n\0", b"a\r\n\0"),
        ("* eol=crlf", b"a\r\n", b"a\n"),
        ("* -text", b"a\r\n", b"a\r\n"),
        ("other text", b"a\r\n", b"a\r\n"),
        ("* filter=upper text", b"a\r\n", b"a\r\n"),
    ],
)
def test_line_endings(tmp_path: Path, attributes: str, content: bytes, stored: bytes) -> None:
    """Only line endings are converted, and only where git converts them."""
    repo = make_repo(tmp_path / "repository")
    repo.git("config", "filter.upper.clean", "tr a-z A-Z")
    repo.write(".gitattributes", f"{attributes}\n")
    assert with_stored_line_endings(repo.path, "file", content) == stored
    assert with_stored_line_endings(tmp_path / "nowhere", "file", content) == content


@pytest.mark.parametrize("attributes", ["", "* text=auto", "* text", "* eol=lf"])
@pytest.mark.parametrize("autocrlf", ["true", "input", "false"])
def test_crlf_in_the_index(tmp_path: Path, attributes: str, autocrlf: str) -> None:
    """CRLF that the index has stays where `git add` keeps it."""
    repo = make_repo(tmp_path / "repository")
    (repo.path / "file").write_bytes(b"a\r\nb\n")
    repo.commit("CRLF")
    repo.git("config", "core.autocrlf", autocrlf)
    repo.write(".gitattributes", f"{attributes}\n")
    content = b"a\r\nb\nc\r\n"
    (repo.path / "file").write_bytes(content)
    found = stored_ids(opened(repo), ["file"])
    text = with_stored_line_endings(repo.path, "file", content)
    otherwise = stored_otherwise(opened(repo), {"file": content})
    repo.git("add", "file")
    stored = repo.git("rev-parse", ":file").strip()
    assert found == (stored,)
    assert blob_id(text, "sha1") == stored
    assert bool(otherwise) == (text != content)


@pytest.mark.parametrize("folder", [".", "below", "below/more"])
@pytest.mark.parametrize("linked", [False, True])
def test_stored_ids_of_odd_paths(tmp_path: Path, folder: str, *, linked: bool) -> None:
    """Paths are those from the folder, with any characters, also in a linked work tree."""
    repo = make_repo(tmp_path / "repository")
    repo.write("below/.gitattributes", "* text=auto\n")
    repo.write("below/more/x", "")
    repo.commit()
    if linked:
        bare = tmp_path / "bare"
        repo.git("clone", "--quiet", "--bare", ".", str(bare))
        TestRepo(bare).git("worktree", "add", "--quiet", str(tmp_path / "tree"))
        repo = TestRepo(tmp_path / "tree")
    paths = ["a", "a b", "-a", '"a"', "a\nb", "a\r", "\u00fc", "\udcff", "in/a", ":(top)a"]
    for path in paths:
        file = repo.path / folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"a\r\n" + os.fsencode(path.replace("\r", "")))
    found = stored_ids(opened(repo, folder), paths)
    repo.git("add", "--all")
    where = "" if folder == "." else f"{folder}/"
    stored = [
        repo.git("rev-parse", os.fsdecode(os.fsencode(f":0:{where}{path}"))) for path in paths
    ]
    assert found == tuple(stored)
