"""The work tree of the job: create, show, remove, also after a killed run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagmatrix import git
from tagmatrix.job.clone import Clone
from tagmatrix.job.workspace import workspace
from tests.jobs import no_leftovers
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo


@pytest.fixture
def repo(tmp_path: Path) -> TestRepo:
    """Return a repository with two commits."""
    repo = make_repo(tmp_path / "repo")
    repo.write("in/a", "1")
    repo.commit()
    repo.write("in/a", "2")
    repo.write("b", "2")
    repo.commit()
    return repo


def clone(repo: TestRepo, folder: str = "in") -> Clone:
    """Return the repository as a Clone."""
    found = git.locate(repo.path / folder)
    assert isinstance(found, git.Repository)
    return Clone(found)


def test_it_shows_commits(repo: TestRepo) -> None:
    """It has exactly the files of a commit, whatever was in it before."""
    with workspace(clone(repo)) as space:
        for rev, files in (("HEAD", {"in/a", "b"}), ("HEAD~1", {"in/a"}), ("HEAD", {"in/a", "b"})):
            space.show(repo.git("rev-parse", rev))
            found = {
                str(path.relative_to(space.tree))
                for path in space.tree.rglob("*")
                if path.is_file() and path.name != ".git"
            }
            assert found == files
            (space.root / "a").write_text("changed")
            (space.root / "new").write_text("new")
            (space.root / ".gitignore").write_text("new")
        assert space.root == space.tree / "in"
        assert not space.tree.is_relative_to(repo.path)
    assert not space.tree.exists()
    assert repo.git("status", "--porcelain") == ""
    no_leftovers(repo)


def test_several_at_once(repo: TestRepo) -> None:
    """Two workspaces in one repository are independent; removing one does not affect the other."""
    with workspace(clone(repo)) as first:
        first.show(repo.head())
        with workspace(clone(repo)) as second:
            second.show(repo.git("rev-parse", "HEAD~1"))
            assert (first.root / "a").read_text() == "2"
        assert (first.root / "a").read_text() == "2"
        first.show(repo.git("rev-parse", "HEAD~1"))
    no_leftovers(repo)


KILLED = """
import os, signal, sys
from pathlib import Path
from tagmatrix import git
from tagmatrix.job.clone import Clone
from tagmatrix.job.workspace import workspace
clone = Clone(git.locate(Path(sys.argv[1])))
with workspace(clone) as space:
    space.show("HEAD")
    clone.write("update-ref", f"{space.refs}/base", "HEAD")
    print(space.tree, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.parametrize("gone", [False, True])
def test_a_killed_run(repo: TestRepo, gone: bool) -> None:  # noqa: FBT001 (pytest passes it by name)
    """The next run removes what a killed run left, even if the system removed a part of it."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(repo.path)],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    tree = done.stdout.decode().strip()
    assert os.path.isdir(tree)  # noqa: PTH112 (a text)
    assert repo.git("for-each-ref", "refs/tagmatrix/") != ""
    if gone:
        shutil.rmtree(tree)
    with workspace(clone(repo)):
        assert not os.path.isdir(tree)  # noqa: PTH112 (a text)
    no_leftovers(repo)


def test_torn_locks(repo: TestRepo) -> None:
    """An empty lock of a run that was killed early is removed as well."""
    home = repo.path / ".git/tagmatrix"
    home.mkdir()
    (home / "0123").write_text("")
    (home / "4567").write_text(str(repo.path))
    with workspace(clone(repo)):
        assert len([*home.iterdir()]) == 1
    assert (repo.path / "b").exists()
    no_leftovers(repo)
