"""The git program: its messages, its output while it runs, and its absence."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagmatrix import git
from tests.git.opened import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo


def test_gits_words(repo: TestRepo) -> None:
    """An error has git's own message, in English, and the exit code of invalid input."""
    with pytest.raises(git.GitError, match="git ls-tree: fatal: Not a valid object name") as caught:
        git.tree(opened(repo), "nowhere")
    assert caught.value.exit_code == 2


def test_partial_clone(repo: TestRepo, tmp_path: Path) -> None:
    """A clone that lacks an object, and whose remote is away, is an error that says what to do."""
    repo.write("a", "old")
    old = repo.commit()
    repo.write("a", "new")
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    away, partial = tmp_path / "away", tmp_path / "partial"
    repo.git("clone", "--quiet", "--filter=blob:none", f"file://{repo.path}", str(partial))
    repo.path.rename(away)
    where = git.locate(partial)
    assert isinstance(where, git.Repository)
    assert git.show(where, "HEAD", "a") == b"new"
    advice = "git cat-file: this clone is partial .* does not appear to be a git repository; run"
    with pytest.raises(git.GitError, match=advice):
        git.show(where, old, "a")
    with (
        git.GitProcess(where, "log", "-p") as process,
        pytest.raises(git.GitError, match="partial"),
    ):
        list(iter(process.read, b""))


def test_process_that_fails(repo: TestRepo) -> None:
    """When output is read piece by piece, a failure is raised at its end."""
    with (
        git.GitProcess(opened(repo), "log", "--nonsense") as process,
        pytest.raises(git.GitError, match="git log: fatal"),
    ):
        list(iter(process.read, b""))


def test_process_with_much_to_say(repo: TestRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that exceed a pipe's buffer do not block the output."""
    monkeypatch.setenv("GIT_TRACE", "2")
    with git.GitProcess(opened(repo), "log", "--format=%H", "HEAD", "--", "x" * 100_000) as process:
        assert list(iter(process.read, b"")) == []


def test_process_without_git(repo: TestRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing git program is an error, not a crash."""
    where = opened(repo)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(git.GitError, match="could not be started"):
        git.run(where, "log")
    with pytest.raises(git.GitError, match="could not be started"):
        git.GitProcess(where, "log")


def test_import_is_light() -> None:
    """Reading git imports none of the slow modules."""
    code = "import sys, tagmatrix.git.history; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
    )
    assert not {"git", "asyncio", "jinja2", "yaml", "tempfile"} & set(done.stdout.split())


def test_reading_does_not_write_the_index(repo: TestRepo) -> None:
    """`git status` would refresh it for a file whose time changed."""
    repo.write("a", "x\n")
    repo.commit()
    os.utime(repo.path / "a", (1, 1))
    before = (repo.path / ".git/index").read_bytes()
    assert git.run(opened(repo), "status", "--porcelain") == b""
    assert (repo.path / ".git/index").read_bytes() == before
