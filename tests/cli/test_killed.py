"""Commands that write, killed at any moment: the next run makes what an undisturbed one makes.

`pytest -n 0 tests/cli/test_killed.py --repeats 300` kills each command three hundred times.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tagmatrix.util.files import LEFTOVER
from tests import killable
from tests.app.conftest import FLASK
from tests.projects import copy
from tests.publish.test_kill import Runner
from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from tests.projects import Project

Files = dict[str, bytes]

BUMP = ("bump", "2.1", "2.1.4", "--sha256", f"source={'a' * 64}", "--sha256", f"windows={'b' * 64}")
WRITE = ("app", "write", "app", "--as-of", "2026-11-01", "--port", "8080")


@pytest.fixture
def runner(project: Project, tmp_path: Path) -> Iterator[Runner]:
    """Return a runner for the project, with a folder for temporary files of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-P", str(Path(killable.__file__))],  # tests/ has a folder `packaging`
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(TMPDIR=str(folder), XDG_CACHE_HOME=str(tmp_path / "cache")),
    ) as server:
        yield Runner(project.root, server)
        cast("IO[bytes]", server.stdin).close()


def outdate(project: Project) -> None:
    """Change the project so that each command has something to create, to update or to delete."""
    project.write("library/1.9/trixie/Dockerfile", project.read("library/2.1/trixie/Dockerfile"))
    project.write("app/requirements.txt", "flask==3.1.2\ngunicorn==23.0.0\n")
    project.write("app/app.py", FLASK)
    project.run(*WRITE[:-2]).ok()
    project.repo.commit("Add an application, and what a cycle left behind")
    project.edit("templates/linux.Dockerfile.j2", "make ", "make all ")


def files(project: Project) -> Files:
    """Return the files in the work tree."""
    found = (path for path in project.root.rglob("*") if path.is_file())
    names = ((path.relative_to(project.root), path) for path in found)
    return {str(name): path.read_bytes() for name, path in names if name.parts[0] != ".git"}


def locks(project: Project) -> list[Path]:
    """Return the lock files in .git."""
    return sorted((project.root / ".git").rglob("*.lock"))


def is_whole(project: Project, old: Files, new: Files) -> None:
    """Assert that each file is old or new, and that git can read the repository."""
    now = files(project)
    leftovers = [path for path in now if LEFTOVER.fullmatch(Path(path).name)]
    assert len(leftovers) <= 1
    for path in (now.keys() | old.keys() | new.keys()) - {*leftovers}:
        assert now.get(path) in (old.get(path), new.get(path)), path
    project.repo.git("fsck", "--strict", "--no-dangling")
    project.status()


def complete(project: Project, command: tuple[str, ...]) -> bool:
    """Run the command again; return whether a lock of killed git had to be removed first."""
    left = locks(project)
    done = project.run(*command)
    if done.code and left:
        assert done.code == 2, done
        assert any(f"{path}': File exists." in done.err for path in left), done
        for path in left:
            path.unlink()
        project.run(*command).ok()
        return True
    done.ok()
    return False


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "command",
    [("generate", "--commit"), BUMP, WRITE],
    ids=["generate --commit", "bump", "app write"],
)
def test_killed(
    project: Project,
    runner: Runner,
    tmp_path: Path,
    command: tuple[str, ...],
    repeats: int,
) -> None:
    """Killed before a step, or at any time, alone or with its git, each file is old or new."""
    rng = random.Random(1)  # noqa: S311 (moments, no secrets)
    outdate(project)
    old = files(project)
    whole = project.at(copy(project.root, tmp_path / "whole"))
    runner.root = whole.root
    begun = time.monotonic()
    runner.start(0, command)
    assert runner.end() == 0
    duration = time.monotonic() - begun
    new, head, status = files(whole), whole.repo.head(), whole.status()
    assert new != old
    kills = mixed = locked = number = 0
    most = 200
    while kills < repeats:
        number += 1
        twin = project.at(copy(project.root, tmp_path / str(number)))
        runner.root = twin.root
        if rng.random() < 0.5:
            step = rng.randint(1, most)
            runner.start(-step, command)
            killed = runner.end() < 0
            most = most if killed else step - 1
        else:
            process = runner.start(0, command)
            time.sleep(rng.uniform(0, duration))
            killed = runner.kill(process, with_git=rng.random() < 0.5)
            duration *= 1 if killed else 0.9
        is_whole(twin, old, new)
        state = (files(twin), twin.repo.head())
        mixed += state not in ((old, project.repo.head()), (new, head))
        locked += complete(twin, command)
        assert files(twin) == new
        assert (twin.repo.head(), twin.status()) == (head, status)
        assert not locks(twin)
        kills += killed
        shutil.rmtree(twin.root)
    assert mixed
    between = f"{mixed} between old and new"
    print(f"{kills} kills in {number} runs: {between}, {locked} left a lock of git")  # noqa: T201 (pytest -s shows it)
