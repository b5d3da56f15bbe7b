"""Commands that write, on a full disk: a plain message, old files, and nothing left behind."""

from __future__ import annotations

import json
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
from tests.app.conftest import FLASK, App
from tests.app.test_check import DAY, entry, manifest
from tests.cli.test_killed import BUMP, WRITE, files, locks, outdate
from tests.cli.test_plan import REGISTRY, left
from tests.cli.test_update import release, update
from tests.jobs import QUICK, no_leftovers, regenerate
from tests.projects import NEW_CYCLE, command, copy
from tests.registry.standin import normally
from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.test_killed import Files
    from tests.projects import Project
    from tests.registry.commands import Commands
    from tests.registry.plans import Plan
    from tests.registry.standin import Handler, Standin
    from tests.web.site import Site

FULL = "No space left on device"
GIT = "git could not commit: "
REASON = f"{FULL}|Out of diskspace|unable to (write|create)|couldn't write"
"""What git prints, by the file that it can't write."""
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
        (("retire", "2.0"), 1),
        (("suite", "add", "3.25", "--like", "3.24"), 1),
        (("import", "library/sample", "--output", "imported", "--force"), 1),
        (WRITE, 1),
        (("site", "--output", "site"), 10),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_full_at_each_write(
    project: Project,
    disk: Disk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    step: int,
) -> None:
    """Wherever the disk becomes full, the run reports it, and the next one completes.

    `bump`, `retire` and `suite add` are there for all steps: those of cycles and of suites write
    only versions.yaml, by `step_command`.
    """
    outdate(project)
    project.edit("versions.yaml", "releases:\n", NEW_CYCLE)
    full_at_each_write(project, disk, tmp_path, monkeypatch, words, step)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("words", "step"), [("update", 1), ("regenerate", 4)])
def test_full_with_new_releases(
    job: Project,
    site: Site,
    disk: Disk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    step: int,
) -> None:
    """Commands that ask upstream report a full disk as the others do."""
    release(site, "2.1.4", windows="b" * 64)
    full_at_each_write(job, disk, tmp_path, monkeypatch, (words, *QUICK), step)


def full_at_each_write(
    project: Project,
    disk: Disk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    step: int,
) -> None:
    """Run a command with more and more room, until it succeeds."""
    old = files(project)
    whole = project.at(copy(project.root, tmp_path / "whole"))
    monkeypatch.chdir(whole.root)
    whole.run(*words).ok()
    new, refs = files(whole), whole.repo.git("for-each-ref")
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
        if GIT in last or words[0] == "regenerate":
            assert re.search(REASON, last), done
        else:
            named |= {path for path in new if f"{Path(path).name}: {FULL}" in last}
            assert f": {FULL}" in last
        disk.mount("remount,size=64m")
        twin.run(*words).ok()
        assert (files(twin), twin.repo.git("for-each-ref")) == (new, refs)
        no_leftovers(twin.repo)
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(twin.root)
    assert named or words[0] == "regenerate"  # it writes only in git and in a temporary folder
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
def test_temporary_files_of_the_job(
    job: Project, site: Site, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk with its work tree is full, `regenerate` leaves neither branch nor work tree."""
    release(site, "2.1.4", windows="b" * 64)
    monkeypatch.setattr(tempfile, "tempdir", str(disk.path))
    refs = job.repo.git("for-each-ref")
    for pages in count(0, 6):
        disk.leave(pages)
        done = regenerate(job)
        if done.code == 0:
            break
        assert done.code == 2
        assert re.search(f"^error: .*({REASON})", done.err, re.MULTILINE), done
        assert job.repo.git("for-each-ref") == refs
        no_leftovers(job.repo)
        assert [path.name for path in disk.path.iterdir()] == ["file"]
    assert job.repo.git("for-each-ref") != refs


@pytest.mark.slow
def test_app_update(capsys: pytest.CaptureFixture[str], disk: Disk) -> None:
    """A Dockerfile whose base can't be renewed stays as it was."""
    made = App(disk.path / "app", capsys)
    made.add("requirements.txt", "flask==3.1.2\ngunicorn==23.0.0\n")
    made.add("app.py", FLASK)
    manifest(made, entry("2.0.1", "amd64"))
    assert made.run("write", "--manifest", "images/python", *DAY)[0] == 0
    manifest(made, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"))
    old = sorted(made.folder.rglob("*")), made.read("Dockerfile")
    disk.leave(0)
    code, _, err = made.run("update", *DAY)
    assert (code, err) == (2, f"error: Dockerfile: {FULL}\n")
    assert (sorted(made.folder.rglob("*")), made.read("Dockerfile")) == old
    disk.mount("remount,size=64m")
    assert made.run("update", *DAY)[0] == 0
    assert made.read("Dockerfile") != old[1]


@pytest.mark.slow
def test_record(project: Project, disk: Disk, tmp_path: Path) -> None:
    """The digests that fit are recorded, and the first one that does not is named."""
    plan, metadata, digests = tmp_path / "p.json", tmp_path / "metadata", disk.path / "digests"
    plan.write_text(project.run("plan", "2.0", "--format", "json", *REGISTRY).ok().out)
    names = ("2-0-bookworm-amd64", "2-0-trixie-amd64")
    for name in names:
        left(metadata, name)
    words = ("plan", "--from", str(plan), "--digests", str(digests), "--record", str(metadata))
    named = set()
    for pages in count():
        disk.leave(pages)
        done = project.run(*words)
        assert not [path for path in disk.path.rglob("*") if LEFTOVER.fullmatch(path.name)]
        if done.code == 0:
            break
        assert done.code == 2
        named.add(done.err)
    paths = [digests / f"{name}.json" for name in names]
    assert sorted(digests.iterdir()) == paths
    assert {f"error: {path}: {FULL}\n" for path in paths} <= named
    assert named <= {f"error: {path}: {FULL}\n" for path in (digests, *paths)}


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "while"])
def test_publish(registry: Standin, commands: Commands, plan: Plan, disk: Disk, when: str) -> None:
    """A result that does not fit is an error: before a push, or after all tags are pushed."""
    plan.image(registry, "me/python", "3.14", "latest", architectures=("amd64",))
    result = disk.path / "result.json"
    words = ("publish", "--plan", plan.file, "--digests", plan.digests, "--result", result)
    result.write_text("old")

    def fill(handler: Handler) -> bool:
        disk.leave(0)
        return normally(handler)

    if when == "before":
        disk.leave(0)
    else:
        registry.faults["PUT /v2/me/python/manifests/latest"] = fill
    done = commands.run(*words)
    assert (done.code, done.err) == (2, f"error: --result {result}: {FULL}\n")
    assert [*registry.of("me/python").tags] == [] if when == "before" else ["3.14", "latest"]
    assert sorted(path.name for path in disk.path.iterdir()) == ["file", "result.json"]
    if when == "before":
        assert result.read_text() == "old"
    else:
        states = [each["state"] for each in json.loads(result.read_text())["tags"]]
        assert states == ["waits", "waits"]
    disk.mount("remount,size=64m")
    assert commands.run(*words).code == 0
    assert {each["tag"] for each in json.loads(result.read_text())["tags"]} == {"3.14", "latest"}


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
