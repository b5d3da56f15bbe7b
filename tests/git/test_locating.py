"""Finding a repository does not depend on settings or on the surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix import git
from tests.git.opened import opened
from tests.repos import TestRepo, make_repo

if TYPE_CHECKING:
    from pathlib import Path


def test_locate(repo: TestRepo) -> None:
    """`locate` returns all facts of a repository, at its top."""
    assert git.locate(repo.path) == git.Repository(
        folder=repo.path, prefix="", head=repo.head(), shallow=False, object_format="sha1"
    )


@pytest.mark.parametrize("name", ["library", "library/a", "with space", "ünï", "line\nbreak"])
def test_prefix(repo: TestRepo, name: str) -> None:
    """A folder inside the repository has its prefix, with a commit or without."""
    (repo.path / name).mkdir(parents=True, exist_ok=True)
    inside = opened(repo, name)
    assert (inside.prefix, inside.head) == (name, repo.head())
    repo.git("switch", "--quiet", "--orphan", "empty")
    (repo.path / name).mkdir(parents=True, exist_ok=True)
    unborn = opened(repo, name)
    assert (unborn.prefix, unborn.head) == (name, None)


def test_sha256(tmp_path: Path) -> None:
    """The object format is the repository's."""
    made = make_repo(tmp_path, object_format="sha256")
    assert opened(made).object_format == "sha256"


def test_shallow(repo: TestRepo, tmp_path: Path) -> None:
    """A shallow clone is recognised."""
    repo.commit("Second")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone"))
    assert opened(TestRepo(tmp_path / "clone")).shallow


def test_linked_work_tree(repo: TestRepo, tmp_path: Path) -> None:
    """A second work tree is a repository like the first."""
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "second"))
    assert opened(TestRepo(tmp_path / "second")).head == repo.head()


def test_reasons_for_no_repository(
    repo: TestRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside a repository, in a bare one and without git: each gives its own reason."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert git.locate(tmp_path) is git.NoRepository.OUTSIDE
    assert git.locate(repo.path / ".git") is git.NoRepository.NO_WORK_TREE
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "bare"))
    assert git.locate(tmp_path / "bare") is git.NoRepository.NO_WORK_TREE
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.locate(repo.path) is git.NoRepository.NO_PROGRAM
    assert f"{git.NoRepository.NO_PROGRAM}" == "there is no git program on PATH"


def test_another_owner_is_an_error(repo: TestRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository of another owner is an error; git's message says how to trust it."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(git.GitError, match=r"dubious ownership[\s\S]*safe\.directory"):
        git.locate(repo.path)


def test_broken_link_is_an_error(tmp_path: Path) -> None:
    """A work tree whose repository is missing is an error, not an absence."""
    (tmp_path / ".git").write_text("gitdir: /nonexistent/.git\n", encoding="utf-8")
    with pytest.raises(git.GitError, match="/nonexistent"):
        git.locate(tmp_path)


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A missing folder is an error."""
    with pytest.raises(git.GitError, match="No such file"):
        git.locate(tmp_path / "missing")


def test_variables_of_a_hook(
    repo: TestRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a hook of another repository runs, the folder selects the repository."""
    other = make_repo(tmp_path / "other")
    expected = opened(repo)
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    monkeypatch.setenv("GIT_PREFIX", "elsewhere/")
    assert git.locate(repo.path) == expected
    assert git.tracked_files(expected) == {"top", "library/a/Dockerfile"}
    assert git.show(expected, "HEAD", "top") == b"text\n"
