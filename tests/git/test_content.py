"""Reading objects and files of a repository: trees, the index, contents, ids."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from tagmatrix import git
from tests.git.opened import opened
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo


def test_tree(repo: TestRepo) -> None:
    """A tree has the files and folders at a path and below, each with its type and id."""
    repo.write("library/a/run.sh", "").chmod(0o755)
    (repo.path / "library/a/link").symlink_to("run.sh")
    repo.git("add", "library")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},library/module")
    first = repo.head()
    repo.git("commit", "--quiet", "--message", "Kinds")
    entries = git.tree(opened(repo), "HEAD", "library/")
    assert {path: (entry.mode, entry.type) for path, entry in entries.items()} == {
        "library": ("040000", "tree"),
        "library/a": ("040000", "tree"),
        "library/a/Dockerfile": ("100644", "blob"),
        "library/a/link": ("120000", "blob"),
        "library/a/run.sh": ("100755", "blob"),
        "library/module": ("160000", "commit"),
    }
    assert entries["library"].object_id == repo.git("rev-parse", "HEAD:library")
    assert entries["library/a/Dockerfile"].object_id == git.blob_id(b"FROM a\n")
    assert set(git.tree(opened(repo), first)) == {
        *("library", "library/a", "library/a/Dockerfile", "top")
    }


def test_tree_inside_the_repository(repo: TestRepo) -> None:
    """Paths are relative to the folder that was opened."""
    inside = opened(repo, "library")
    assert set(git.tree(inside, "HEAD")) == {"a", "a/Dockerfile"}
    assert set(git.tree(inside, "HEAD", "a/Dockerfile")) == {"a/Dockerfile"}
    assert git.tree(inside, "HEAD", "top") == {}
    assert git.tracked_files(inside) == {"a/Dockerfile"}
    assert git.show(inside, "HEAD", "a/Dockerfile") == b"FROM a\n"
    assert git.show(inside, "HEAD", "top") is None


def test_a_commit_is_asked_for_once(repo: TestRepo) -> None:
    """What a whole commit id names never changes, so git is asked once; HEAD may change."""
    here, head = opened(repo), repo.head()
    first = git.show_all(here, head, ["library/a/Dockerfile", "none", "top"])
    assert first[:2] == [b"FROM a\n", None]
    tree = git.tree(here, head, "library")
    git.tree(here, head, "library").clear()
    (repo.path / ".git").rename(repo.path / "away")
    assert git.show(here, head, "top") == first[2]
    assert git.tree(here, head, "library") == tree
    for read in (lambda: git.show(here, "HEAD", "top"), lambda: git.tree(here, "HEAD", "library")):
        with pytest.raises(git.GitError):
            read()
    with pytest.raises(git.GitError):
        git.show(here, head, "library/b")


@pytest.mark.parametrize("name", ["*", ":(top)x", '"', "-x", "ä b", "a\\b", "line\nbreak", "[a]"])
def test_names_are_literal(repo: TestRepo, name: str) -> None:
    """A name matches only the file with exactly this name."""
    repo.write(f"library/{name}/file", "text\n")
    repo.commit()
    inside = opened(repo, "library")
    assert set(git.tree(inside, "HEAD", name)) == {name, f"{name}/file"}
    assert git.tracked_files(inside, name) == {f"{name}/file"}
    if "\n" not in name:
        assert git.show(inside, "HEAD", f"{name}/file") == b"text\n"


def test_tracked_files(repo: TestRepo) -> None:
    """Files in the index are tracked; other files in the folder are not."""
    repo.write("library/added", "")
    repo.git("add", "library/added")
    repo.write("library/lies there", "")
    assert git.tracked_files(opened(repo), "library") == {"library/a/Dockerfile", "library/added"}
    assert git.tracked_files(opened(repo), "never") == frozenset()


def test_show(repo: TestRepo) -> None:
    """A file is returned as committed; a path that is not a file gives None."""
    repo.write(".gitattributes", "* text eol=crlf\n")
    content = bytes(range(256)) * 300
    (repo.path / "binary").write_bytes(content)
    repo.git("-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "add", "top")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{_stored(repo, content)},binary")
    repo.git("commit", "--quiet", "--message", "Binary")
    assert git.show(opened(repo), "HEAD", "binary") == content
    assert git.show(opened(repo), "HEAD~1", "binary") is None
    assert git.show(opened(repo), "main", "library") is None
    assert git.show(opened(repo), "main", "./library/a/../a/Dockerfile") == b"FROM a\n"


def _stored(repo: TestRepo, content: bytes) -> str:
    done = subprocess.run(
        ["git", "-C", repo.path, "hash-object", "-w", "--no-filters", "--stdin"],
        input=content,
        stdout=subprocess.PIPE,
        env=environment(),
        check=True,
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize("rev", ["nowhere", "--all", "-p", "HEAD~9", "", ":0", "HEAD\nHEAD"])
def test_unknown_revision(repo: TestRepo, rev: str) -> None:
    """An unknown revision is an error, and never read as an option."""
    with pytest.raises(git.GitError):
        git.show(opened(repo), rev, "top")


@pytest.mark.parametrize("path", ["/etc/passwd", "..", "../x", "a/../../x"])
def test_paths_stay_inside(repo: TestRepo, path: str) -> None:
    """Paths outside the folder are refused."""
    inside = opened(repo, "library")
    for ask in (
        lambda: git.tree(inside, "HEAD", path),
        lambda: git.tracked_files(inside, path),
        lambda: git.show(inside, "HEAD", path),
    ):
        with pytest.raises(git.GitError, match="is outside the folder"):
            ask()


@given(st.binary(max_size=300))
def test_blob_id(content: bytes) -> None:
    """The id is git's: a hash of the length and the content."""
    assert len(git.blob_id(content)) == 40
    assert len(git.blob_id(content, "sha256")) == 64


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_blob_id_is_gits(tmp_path: Path, object_format: str) -> None:
    """Both formats give the same ids as `git hash-object`."""
    made = make_repo(tmp_path, object_format=object_format)
    for content in (b"", b"FROM a\n", b"\0\r\n" * 1000):
        assert git.blob_id(content, object_format) == _stored(made, content)
