"""`tagmatrix generate` with files beside Dockerfiles, killed at any moment."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.header import named_files
from tests import killable
from tests.fixtures import publish_fixture
from tests.publish.test_kill import Runner, leftovers
from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projects import Project

Files = dict[str, tuple[bytes, bool]]
"""By path: the content of a file, and whether users may run it."""

ENTRYPOINT = "templates/files/docker-entrypoint.sh"
VERSIONS = "versions.yaml"
EXTRA = "      - {template: extra.j2, to: extra/deep/file}\n      - docker-entrypoint.sh\n"


@pytest.fixture
def database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the database, published."""
    return publish_fixture("database", tmp_path / "database", capsys)


@pytest.fixture
def runner(database: Project) -> Iterator[Runner]:
    """Return a runner that runs generate in the database's folder."""
    with subprocess.Popen(
        [sys.executable, "-P", str(Path(killable.__file__))],  # tests/ has a folder `packaging`
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as server:
        yield Runner(database.root, server)
        assert server.stdin is not None
        server.stdin.close()


def state(project: Project) -> Files:
    """Return the files in the folders of images."""
    return {
        str(path.relative_to(project.root)): (
            path.read_bytes(),
            bool(path.stat().st_mode & 0o100),
        )
        for path in (project.root / "library").rglob("*")
        if path.is_file()
        and path.parent.name != "library"
        and not path.name.startswith(".tagmatrix-")
    }


def change(project: Project, number: int, rng: random.Random) -> None:
    """Change sources, the list of files, and a cycle, so that all kinds of changes happen."""
    text = project.read(VERSIONS)
    added = EXTRA in text
    text = text.replace(EXTRA if added else "      - docker-entrypoint.sh\n",
                        "      - docker-entrypoint.sh\n" if added else EXTRA)  # fmt: skip
    old, new = ("rc", "next") if added else ("next", "rc")
    text = text.replace(f'"18-{old}":', f'"18-{new}":')
    project.write(VERSIONS, text)
    project.write("templates/files/extra.j2", f"{{{{ image.suite }}}} {number}\n")
    project.write("templates/files/collation.bin", rng.randbytes(100_000))
    (project.root / ENTRYPOINT).chmod(0o644 if number % 3 == 0 else 0o755)


def is_old_or_new(old: Files, now: Files, new: Files) -> None:
    """Assert that files are old or new, and that new Dockerfiles have the files that they name."""
    for path, found in now.items():
        assert found in (old.get(path), new.get(path)), path
    for path in old.keys() & new.keys():
        assert path in now
    for path, (content, _) in now.items():
        if path.endswith("/Dockerfile") and new.get(path, (b"", False))[0] == content:
            for name, digest in named_files(content).items():
                beside = now[f"{path.rpartition('/')[0]}/{name}"][0]
                assert hashlib.sha256(beside).hexdigest() == digest


def kill_often(project: Project, runner: Runner, *, times: int, seed: int) -> None:
    """Kill generate at random file operations; the next run completes each time."""
    rng = random.Random(seed)  # noqa: S311 (moments, no secrets)
    kills = mixed = 0
    for number in count(1):
        old = state(project)
        change(project, number, rng)
        runner.start(rng.randint(1, 60))
        killed = runner.end() == -signal.SIGKILL
        now = state(project)
        runner.complete()
        new = state(project)
        is_old_or_new(old, now, new)
        assert leftovers(project) == []
        project.generate("--commit").ok()
        assert "everything is up to date" in project.generate("--check").ok().out
        assert project.status() == []
        assert {path.rpartition("/")[0] for path in new if path.endswith("conf/database.conf")} == {
            f"{path.rpartition('/')[0]}/conf" for path in new if path.endswith("/Dockerfile")
        }
        kills += killed
        mixed += now not in (old, new)
        if kills == times:
            break
    assert mixed


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_random_operations(database: Project, runner: Runner, repeats: int) -> None:
    """After some kills, each file is old or new, and none is lost or left behind."""
    kill_often(database, runner, times=repeats, seed=1)
