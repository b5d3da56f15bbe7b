"""Commands that write, on a full disk: a plain message, old files, and nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.render import templates
from tagmatrix.render.compiled import Compiled
from tagmatrix.util.files import LEFTOVER
from tests.cli.test_killed import BUMP, WRITE, files, locks, outdate
from tests.cli.test_update import release, update
from tests.projects import NEW_CYCLE, command, copy
from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.test_killed import Files
    from tests.projects import Project
    from tests.web.site import Site

FULL = "No space left on device"
PAGE = os.sysconf("SC_PAGESIZE")


@dataclass(frozen=True)
class Disk:
    """A file system in memory."""

    path: Path

    def leave(self, pages: int) -> None:
        """Leave room for that many pages only."""
        has = os.statvfs(self.path)
        used = (has.f_blocks - has.f_bfree) * has.f_frsize
        self.mount(f"remount,size={used + pages * PAGE}")

    def mount(self, options: str) -> None:
        """Mount it, or change how it is mounted."""
        line = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.path)]
        subprocess.run(line, check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Return a disk of 64 megabytes; only root may mount one."""
    made = Disk(tmp_path / "disk")
    made.path.mkdir()
    try:
        made.mount("size=64m")
        (made.path / "file").write_bytes(b"x")  # size=0 would mean that there is no limit
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a file system")
    yield made
    subprocess.run(["umount", str(made.path)], check=True)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("words", "step"),
    [
        (("generate",), 1),
        (("generate", "--commit"), 3),
        (BUMP, 1),
        (WRITE, 1),
        (("site", "--output", "site"), 10),
    ],
    ids=["generate", "generate --commit", "bump", "app write", "site"],
)
def test_full_at_each_write(
    project: Project,
    disk: Disk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    step: int,
) -> None:
    """Wherever the disk becomes full, the run reports it, and the next one completes."""
    outdate(project)
    project.edit("versions.yaml", "releases:\n", NEW_CYCLE)
    old = files(project)
    whole = project.at(copy(project.root, tmp_path / "whole"))
    monkeypatch.chdir(whole.root)
    whole.run(*words).ok()
    new, head = files(whole), whole.repo.head()
    named = set()
    for pages in count(0, step):
        disk.mount("remount,size=64m")
        twin = project.at(copy(project.root, disk.path / str(pages)))
        monkeypatch.chdir(twin.root)
        disk.leave(pages)
        done = twin.run(*words)
        now = files(twin)
        assert not any(LEFTOVER.fullmatch(Path(path).name) for path in now)
        assert not locks(twin)
        for path in now.keys() | old.keys():
            assert now.get(path) in (old.get(path), new.get(path)) or path.startswith("site/.tag")
        twin.repo.git("fsck", "--strict", "--no-dangling")
        if done.code == 0:
            assert now == new
            break
        assert done.code == 2, done
        last = done.err.splitlines()[-1]
        if "git could not commit: " not in last:
            named |= {path for path in new if f"{Path(path).name}: {FULL}" in last}
            assert f": {FULL}" in last
        else:
            assert re.search(
                f"{FULL}|Out of diskspace|unable to (write|create)|couldn't write", last
            ), done
        disk.mount("remount,size=64m")
        twin.run(*words).ok()
        assert (files(twin), twin.repo.head()) == (new, head)
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(twin.root)
    assert named
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["multi", "python"])
def test_init(project: Project, disk: Disk, kind: str) -> None:
    """Wherever the disk becomes full, `init` reports the file, and the same command completes."""
    words = ("init", "demo", "--like", kind)
    new: Files = {}
    named = set()
    for pages in count():
        disk.mount("remount,size=64m")
        root = disk.path / str(pages)
        root.mkdir()
        family = project.at(root)
        disk.leave(pages)
        done = family.run(*words)
        now = files(family)
        assert not any(LEFTOVER.fullmatch(Path(path).name) for path in now)
        if done.code == 0:
            assert not new or now == new
            break
        assert (done.code, f": {FULL}" in done.err.splitlines()[-1]) == (2, True), done
        assert "versions.yaml" not in now
        named.add(done.err.splitlines()[-1])
        disk.mount("remount,size=64m")
        family.run(*words).ok()
        new = new or files(family)
        assert files(family) == new
    assert len(named) > 3


@pytest.mark.slow
def test_temporary_files_of_a_commit(
    project: Project, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk with temporary files is full, no commit is made, and the message names it."""
    monkeypatch.setattr(tempfile, "tempdir", str(disk.path))
    project.bump("2.1.3", "2.1.4")
    disk.leave(0)
    done = project.generate("--commit")
    assert (done.code, done.err) == (2, f"error: can't commit: {disk.path}: {FULL}\n")
    assert [path.name for path in disk.path.iterdir()] == ["file"]
    disk.mount("remount,size=64m")
    project.generate("--commit").ok()
    assert project.status() == []


@pytest.mark.slow
@pytest.mark.parametrize("words", [("plan",), ("plan", "--simple", "--format", "json"), ("tags",)])
def test_output(project: Project, words: tuple[str, ...]) -> None:
    """A plan that can't be written is an error."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no full device")
    with full.open("wb") as output:
        done = subprocess.run(
            command(*words),
            cwd=project.root,
            env=environment(),
            stdout=output,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == f"error: cannot write the output: {FULL}\n"


@pytest.mark.slow
@pytest.mark.parametrize("options", ["full", "remount,ro"])
def test_caches(
    sample: Project, site: Site, disk: Disk, monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    """With full or read-only caches, `update` and `generate` write the same, byte by byte."""
    release(site, "2.1.4", windows="b" * 64)
    twin = sample.at(copy(sample.root, sample.root.parent / "twin"))
    update(twin).ok()
    twin.generate("--no-cache").ok()
    monkeypatch.setattr(templates, "_COMPILED", Compiled())
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk.path))
    if options == "full":
        disk.leave(0)
    else:
        disk.mount(options)
    assert update(sample).ok().err == ""
    assert sample.generate().ok().err == ""
    assert files(sample) == files(twin)
    assert [path.name for path in disk.path.rglob("*") if path.is_file()] == ["file"]
