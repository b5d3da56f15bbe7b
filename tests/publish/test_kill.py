"""`tagmatrix generate`, killed at any moment: files are old or new, and the next run completes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pytest

from tests import killable
from tests.projects import MAIN, VERSIONS, contents, copy, with_version
from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.projects import Project

LINUX = "templates/linux.Dockerfile.j2"
MANIFEST = MAIN[-1]


@dataclass
class Runner:
    """Starts runs of generate that can be killed."""

    root: Path
    server: subprocess.Popen[bytes]
    lines: IO[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = cast("IO[bytes]", self.server.stdout)

    def start(self, die_at: int = 0, command: Sequence[str] = ("generate",)) -> int:
        """Start a run; return the id of its process."""
        line = json.dumps([die_at, "-C", str(self.root), *command])
        requests = cast("IO[bytes]", self.server.stdin)
        requests.write(f"{line}\n".encode())
        requests.flush()
        return int(self.lines.readline())

    def end(self) -> int:
        """Wait for the run; return its exit code, or the negative number of its signal."""
        return os.waitstatus_to_exitcode(int(self.lines.readline()))

    def kill(self, process: int, *, with_git: bool = False) -> bool:
        """Kill a run, and the git that it started if asked; return whether it was still alive."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if with_git else os.kill)(process, signal.SIGKILL)
        return self.end() < 0

    def complete(self) -> None:
        """Run generate to the end."""
        self.start()
        assert self.end() == 0


@pytest.fixture
def runner(project: Project) -> Iterator[Runner]:
    """Return a runner that runs generate in the project."""
    with subprocess.Popen(
        [sys.executable, "-P", str(Path(killable.__file__))],  # tests/ has a folder `packaging`
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as server:
        yield Runner(project.root, server)
        cast("IO[bytes]", server.stdin).close()


def state(project: Project) -> dict[str, bytes | None]:
    """Return the content of the generated files, by path."""
    return contents(project.root, [*dockerfiles(project), *MAIN])


def dockerfiles(project: Project) -> list[str]:
    """Return the paths of all Dockerfiles on disk."""
    found = (project.root / "library").rglob("Dockerfile")
    return sorted(str(path.relative_to(project.root)) for path in found)


def leftovers(project: Project) -> list[str]:
    """Return the temporary files on disk."""
    return [path.name for path in project.root.rglob(".tagmatrix-*")]


# --- at each file operation -----------------------------------------------------------------------


def outdate(project: Project) -> None:
    """Change the project so that files have to be created, updated and deleted."""
    project.write("library/1.9/trixie/Dockerfile", project.read("library/2.1/trixie/Dockerfile"))
    text = with_version(VERSIONS, "2.1.3", "2.1.4").replace('  "3.24"', '  "3.25"')
    project.write("versions.yaml", text.replace('alpine: "3.24"', 'alpine: "3.25"'))


def commit_all(project: Project) -> None:
    """Commit everything so that only the manifest remains to be written."""
    outdate(project)
    project.generate("--commit", "--only", "dockerfiles").ok()


def killed_at(number: int, before: dict[str, bytes | None], twin: Project, runner: Runner) -> int:
    """Kill a run at a file operation and complete with the next run; return the exit code."""
    runner.root = twin.root
    runner.start(number)
    code = runner.end()
    killed = state(twin)
    torn = leftovers(twin)
    if code != 0:
        runner.complete()
    after = state(twin)
    assert {path for path in killed | after if killed.get(path) != after.get(path)} <= {
        path for path in before | after if killed.get(path) == before.get(path)
    }
    if killed[MANIFEST] != before[MANIFEST]:  # this is the last operation
        assert killed == after
    assert len(torn) <= 1
    assert leftovers(twin) == []
    assert "library/1.9/trixie/Dockerfile" not in dockerfiles(twin)
    assert "nothing changed" in twin.generate().ok().out
    return code


@pytest.mark.slow
def test_killed_at_one_operation(project: Project, runner: Runner) -> None:
    """Killed among the Dockerfiles, some are new and others old; the next run completes."""
    outdate(project)
    assert killed_at(7, state(project), project, runner) == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("prepare", [outdate, commit_all])
def test_killed_at_each_operation(
    project: Project, runner: Runner, prepare: Callable[[Project], None], tmp_path: Path
) -> None:
    """The next run completes, whichever file operation was the last one."""
    prepare(project)
    before = state(project)
    codes = []
    for number in count(1):
        twin = project.at(copy(project.root, tmp_path / str(number)))
        codes.append(killed_at(number, before, twin, runner))
        shutil.rmtree(twin.root)
        if codes[-1] == 0:
            break
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > len(MAIN)


# --- at random moments ----------------------------------------------------------------------------


def checksum(text: str) -> str:
    """Return the SHA-256 of a text, for files that do not exist."""
    return hashlib.sha256(text.encode()).hexdigest()


def grow(project: Project, version: str) -> None:
    """Add more cycles and longer Dockerfiles to the project; all of them change."""
    head, _, _ = VERSIONS.partition("releases:\n")
    releases = "".join(
        f'  "2.{minor}":\n    version: "2.{minor}.{version}"\n    artifacts: [source]\n'
        f'    sha256: {{source: "{checksum(f"2.{minor}.{version}")}"}}\n'
        for minor in range(8, 0, -1)
    )
    # these have no artifact for Windows
    head = "".join(line for line in head.splitlines(keepends=True) if "ltsc2025" not in line)
    accepted = (
        'accept: [{tag: "*", loses: [windows-amd64], why: a test}, '
        '{tag: "*", vanishes: true, why: a test}, {tag: "*", goes_back_to: "2.1.0", why: a test}]'
    )
    project.write("versions.yaml", f"{head}{accepted}\n\nreleases:\n{releases}")
    lines = "".join(f"# {version} line {number}\n" for number in range(400))
    project.write(
        "templates/partials/release.j2", f"ENV VERSION={{{{ release.version }}}}\n{lines}"
    )


def kill_at_random(project: Project, runner: Runner, *, times: int, seed: int) -> None:
    """Kill generate that many times while it writes Dockerfiles or the manifest."""
    rng = random.Random(seed)  # noqa: S311 (moments, no secrets)
    grow(project, "0")
    project.generate("--commit").ok()
    first = project.root / dockerfiles(project)[-1]
    mixed = kills = version = 0
    duration = 0.05
    while kills < times:
        version += 1
        old = state(project)
        publishing = version % 4 == 0
        grow(project, str(version))
        if publishing:
            project.generate("--commit", "--only", "dockerfiles").ok()
            old = state(project)
        process = runner.start()
        if not publishing and rng.random() < 0.6:
            limit = time.monotonic() + 5
            seen = first.stat().st_mtime_ns
            while first.stat().st_mtime_ns == seen and time.monotonic() < limit:
                pass
            time.sleep(rng.uniform(0, duration / 5))
        else:
            time.sleep(rng.uniform(0, duration * 1.1))
        killed = runner.kill(process)
        now = state(project)
        begun = time.monotonic()
        runner.complete()
        if not killed:
            duration = 0.7 * duration + 0.3 * (time.monotonic() - begun)
        assert leftovers(project) == []
        new = state(project)
        assert now.keys() == new.keys()
        for path, content in now.items():
            assert content in (old[path], new[path]), path
        fresh = [path for path in new if old[path] != new[path] and now[path] == new[path]]
        stale = [path for path in new if now[path] != new[path]]
        assert MANIFEST not in fresh or not stale
        if not publishing:
            assert not {*fresh, *stale} & {*MAIN}
        kills += killed
        mixed += bool(fresh and stale)
        if publishing:
            assert project.generate("--check", "--only", "manifest").code in {0, 3}
            project.generate("--commit").ok()
            assert project.generate("--check").code == 0
    assert mixed


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_random_moments(project: Project, runner: Runner, repeats: int) -> None:
    """After some kills, each file is old or new, and the next run completes."""
    kill_at_random(project, runner, times=repeats, seed=1)
