"""`tagmatrix regenerate --push`: the branch is at a remote, and its ref is the lock."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.jobs import (
    BRANCH,
    B,
    C,
    at,
    clone,
    no_leftovers,
    regenerate,
    release,
    start,
    subjects,
    summary,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projects import Project
    from tests.repos import TestRepo
    from tests.web.site import Handler, Site

PUSH = ("--push", "origin")
PATIENT = ("--timeout", "60")


def hook(bare: TestRepo, name: str, script: str) -> None:
    """Install a hook in a bare repository."""
    path = bare.path / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_pushed(job: Project, bare: TestRepo, site: Site) -> None:
    """The branch is pushed, and nothing else; no branch here is made or moved."""
    release(site, "2.1.4", windows=B)
    refs = bare.git("for-each-ref")
    job.repo.git("tag", "mine")
    job.repo.git("branch", "wip")
    local = job.repo.git("for-each-ref", "refs/heads", "refs/tags")
    value = summary(job, *PUSH)
    assert (value["result"], value["pushed"], value["base_name"]) == (
        "committed",
        True,
        "origin/main",
    )
    assert value["head"] == at(bare)
    bare.git("update-ref", "-d", f"refs/heads/{BRANCH}")
    assert bare.git("for-each-ref") == refs
    assert job.repo.git("for-each-ref", "refs/heads", "refs/tags") == local
    no_leftovers(job.repo)


@pytest.mark.slow
def test_again(job: Project, bare: TestRepo, site: Site) -> None:
    """The next run leaves it alone, here and in a clone that is new."""
    release(site, "2.1.4", windows=B)
    regenerate(job, *PUSH).ok()
    head = at(bare)
    pushes = bare.path / "pushes"
    hook(bare, "pre-receive", f"echo x >> {pushes}")
    assert summary(job, *PUSH)["result"] == "unchanged"
    fresh = clone(job, bare, job.root.parent / "fresh")
    assert summary(fresh, *PUSH)["result"] == "unchanged"
    assert at(bare) == head
    assert not pushes.exists()
    release(site, "2.0.10", source=C)
    regenerate(fresh, *PUSH).ok()
    assert subjects(bare) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]


@pytest.mark.slow
def test_the_base_is_the_remotes(job: Project, bare: TestRepo, site: Site) -> None:
    """It grows from the main branch as the remote has it, not from what is checked out here."""
    release(site, "2.1.4", windows=B)
    other = clone(job, bare, job.root.parent / "other")
    other.write("other", "x")
    there = other.repo.commit("Theirs")
    other.repo.git("push", "--quiet", "origin", "main")
    job.write("mine", "x")
    job.repo.commit("Mine")
    assert summary(job, *PUSH)["base"] == there
    assert bare.git("merge-base", BRANCH, "main") == there
    mine = job.repo.head()
    assert summary(job, *PUSH, "--base", "HEAD")["base"] == mine
    assert bare.git("merge-base", BRANCH, mine) == mine


@pytest.mark.slow
@pytest.mark.parametrize("here", [pytest.param("stale", marks=pytest.mark.slow), "broken"])
def test_the_settings_are_the_bases(job: Project, bare: TestRepo, site: Site, here: str) -> None:
    """Branch and people are those of versions.yaml at the remote, not of the local one."""
    release(site, "2.1.4", windows=B)
    setting = "regenerate: {branch: bot/new, author: Bot <bot@example.org>}\n"
    other = clone(job, bare, job.root.parent / "other")
    other.edit("versions.yaml", "builder: buildkit\n", f"builder: buildkit\n{setting}")
    other.repo.commit("Settings")
    other.repo.git("push", "--quiet", "origin", "main")
    if here == "broken":
        job.edit("versions.yaml", "image: sample", "image: [")
        job.repo.commit("Broken here")
    value = summary(job, *PUSH)
    assert (value["result"], value["branch"]) == ("committed", "bot/new")
    assert subjects(bare, branch="bot/new") == ["Update 2.1 to 2.1.4"]
    assert bare.git("log", "-1", "--format=%an", "bot/new") == "Bot"
    assert at(bare) == ""


@pytest.mark.slow
def test_a_shallow_clone(job: Project, bare: TestRepo, site: Site) -> None:
    """A clone without history can do all of it; whose commits these are is known by the last."""
    release(site, "2.1.4", windows=B)
    shallow = clone(job, bare, job.root.parent / "shallow", "--depth=1")
    regenerate(shallow, *PUSH).ok()
    assert summary(shallow, *PUSH)["result"] == "unchanged"
    job.write("other", "x")
    job.repo.commit("Something else")
    job.repo.git("push", "--quiet", "origin", "main")
    release(site, "2.0.10", source=C)
    shallow = clone(job, bare, job.root.parent / "shallow2", "--depth=1")
    regenerate(shallow, *PUSH).ok()
    assert subjects(bare) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]
    assert bare.git("merge-base", BRANCH, "main") == job.repo.head()


@pytest.mark.slow
def test_a_person_has_pushed(job: Project, bare: TestRepo, site: Site) -> None:
    """A person's commit at the remote stops the run, also in a clone that never saw it."""
    release(site, "2.1.4", windows=B)
    regenerate(job, *PUSH).ok()
    other = clone(job, bare, job.root.parent / "other", f"--branch={BRANCH}")
    other.write("note", "x")
    head = other.repo.commit("Fix it")
    other.repo.git("push", "--quiet", "origin", BRANCH)
    release(site, "2.0.10", source=C)
    result = regenerate(job, *PUSH)
    assert result.code == 2
    assert f"{head[:12]} Fix it (A U Thor)" in result.err
    assert at(bare) == head


def while_it_asks(site: Site, what: Callable[[], object]) -> None:
    """Let something happen once, while a run asks upstream."""
    once = [what]

    def fault(handler: Handler, body: bytes | None) -> None:
        if once:
            once.pop()()
        handler.send(body)

    site.faults["/"] = fault


@pytest.mark.slow
def test_the_loser_of_a_race_starts_again(job: Project, bare: TestRepo, site: Site) -> None:
    """What another run pushes meanwhile is found, and left alone as it is the same."""
    release(site, "2.1.4", windows=B)
    other = clone(job, bare, job.root.parent / "other")
    codes: list[int] = []

    def another() -> None:
        with start(other, *PUSH, *PATIENT, "--quiet", GIT_COMMITTER_NAME="Other") as run:
            run.communicate()
        codes.append(run.returncode)

    while_it_asks(site, another)
    result = regenerate(job, *PUSH, *PATIENT).ok()
    assert codes == [0]
    assert f"{BRANCH} was moved by another run or user meanwhile; trying" in result.err
    assert result.out.endswith("is up to date\n")
    assert bare.git("log", "-1", "--format=%cn", BRANCH) == "Other"


@pytest.mark.slow
@pytest.mark.parametrize("who", ["person", pytest.param("deleted", marks=pytest.mark.slow), "base"])
def test_what_happens_meanwhile(job: Project, bare: TestRepo, site: Site, who: str) -> None:
    """A person's push is never overwritten; a deleted branch is made again."""
    release(site, "2.1.4", windows=B)
    other = clone(job, bare, job.root.parent / "other")
    if who == "deleted":
        regenerate(job, *PUSH).ok()
        release(site, "2.0.10", source=C)

    def happen() -> None:
        if who == "deleted":
            bare.git("update-ref", "-d", f"refs/heads/{BRANCH}")
            return
        name = BRANCH if who == "person" else "main"
        other.write("note", "x")
        other.repo.commit("Mine")
        other.repo.git("push", "--quiet", "origin", f"HEAD:refs/heads/{name}")

    while_it_asks(site, happen)
    result = regenerate(job, *PUSH, *PATIENT)
    if who == "person":
        assert result.code == 2
        assert bare.git("log", "-1", "--format=%s", BRANCH) == "Mine"
    else:
        assert result.code == 0
        wanted = ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"][: 1 + (who == "deleted")]
        assert bare.git("log", f"-{len(wanted)}", "--reverse", "--format=%s", BRANCH) == "\n".join(
            wanted
        )


@pytest.mark.slow
def test_it_gives_up(
    job: Project, bare: TestRepo, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that always loses the race stops with git's last message."""
    monkeypatch.setattr("tagmatrix.job.run._PAUSE", 0)
    release(site, "2.1.4", windows=B)
    hook(bare, "pre-receive", 'echo "cannot lock ref: process $$ has it"; exit 1')
    result = regenerate(job, *PUSH)
    assert result.code == 2
    assert f"other runs or users moved {BRANCH} 8 times" in result.err
    assert re.search(r"cannot lock ref: process \d+ has it", result.err)
    no_leftovers(job.repo)


@pytest.mark.slow
def test_a_refusal_that_lasts(
    job: Project, bare: TestRepo, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch that blocks the push for good is an error with git's message, without retries."""
    monkeypatch.setattr("tagmatrix.job.run._PAUSE", 0)
    release(site, "2.1.4", windows=B)
    bare.git("branch", BRANCH.partition("/")[0], "main")
    result = regenerate(job, *PUSH)
    assert result.code == 2
    assert result.err.count("trying again") == 2
    assert f"cannot push {BRANCH}: " in result.err
    assert f"'refs/heads/{BRANCH.partition('/')[0]}' exists" in result.err


@pytest.mark.parametrize(
    "where",
    [
        "pre-push",
        pytest.param("pre-receive", marks=pytest.mark.slow),
        pytest.param("update", marks=pytest.mark.slow),
    ],
)
def test_a_hook_refuses(
    job: Project, bare: TestRepo, site: Site, tmp_path: Path, where: str
) -> None:
    """If a local or remote hook refuses, its output is printed and the branch is unchanged."""
    release(site, "2.1.4", windows=B)
    repo = job.repo if where == "pre-push" else bare
    folder = repo.path / (".git/hooks" if where == "pre-push" else "hooks")
    folder.mkdir(exist_ok=True)
    (folder / where).write_text("#!/bin/sh\necho 'not on a friday' >&2\nexit 1\n")
    (folder / where).chmod(0o755)
    body = tmp_path / "body.md"
    result = regenerate(job, *PUSH, "--pull-request-body", str(body))
    assert result.code == 2
    assert "not on a friday" in result.err
    assert "not on a friday" in body.read_text()
    assert at(bare) == ""


def test_no_password_is_printed(job: Project, site: Site) -> None:
    """No message has the user and the password of an address."""
    release(site, "2.1.4", windows=B)
    url = "http://me:secret@127.0.0.1:1/a.git"
    job.repo.git("remote", "add", "origin", url)
    for remote in ("origin", url):
        result = regenerate(job, "--push", remote, "--pull-request-body", str(job.root / "x.md"))
        assert result.code == 2
        assert "secret" not in result.out + result.err + (job.root / "x.md").read_text()
        assert "127.0.0.1:1/a.git" in result.err


@pytest.mark.parametrize("remote", ["nowhere", "-x", ""])
def test_no_remote(job: Project, remote: str) -> None:
    """An unknown remote is an error."""
    result = regenerate(job, f"--push={remote}", "--quiet")
    assert result.code == (2 if remote else 0)


@pytest.mark.slow
def test_a_remote_by_its_path(
    job: Project, bare: TestRepo, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A remote can be a path, from where the command is run."""
    release(site, "2.1.4", windows=B)
    monkeypatch.chdir(bare.path.parent)
    regenerate(job, "--push", bare.path.name).ok()
    assert subjects(bare) == ["Update 2.1 to 2.1.4"]


def test_a_remote_without_the_main_branch(job: Project, bare: TestRepo) -> None:
    """A remote without the branch is an error that says what to name."""
    bare.git("branch", "-m", "main", "trunk")
    result = regenerate(job, *PUSH)
    assert (result.code, "origin/main: no such branch" in result.err) == (2, True)


# --- two at once ----------------------------------------------------------------------------------


def together(projects: list[Project], cache: Path) -> int:
    """Run in several clones at once, with success; return how often one had to look again."""
    runs = [
        start(
            project,
            *PUSH,
            *PATIENT,
            XDG_CACHE_HOME=str(cache / str(number)),
            GIT_COMMITTER_NAME=f"Machine {number}",
        )
        for number, project in enumerate(projects)
    ]
    words = [run.communicate()[1].decode() for run in runs]
    assert {run.returncode for run in runs} == {0}, words
    return sum(text.count("trying again") for text in words)


def publish(site: Site, number: int, patch: int, digest: str) -> None:
    """Let the release of that number be another version, with other files."""
    site.upstream.releases[-1]["name"] = f"Python 2.1.{patch}"
    site.upstream.files[number].clear()
    source, windows = f"Python-2.1.{patch}.tar.xz", f"python-2.1.{patch}-amd64.exe"
    for name, sha256 in ((source, digest), (windows, digest[::-1])):
        site.upstream.add_file(number, name, sha256, sigstore=sha256)


def race(job: Project, bare: TestRepo, site: Site, *, times: int, same: bool = False) -> int:
    """Let two clones (or the same one twice) run at once, again and again: one result.

    Returns how often one of them lost, and looked again.
    """
    twin = job if same else clone(job, bare, job.root.parent / "twin")
    cache = job.root.parent / "caches"
    rng = random.Random(1)  # noqa: S311 (versions, no secrets)
    number = release(site, "2.1.4", windows=B)
    lost = 0
    for patch in range(4, times + 4):
        digest = f"{rng.getrandbits(256):064x}"
        publish(site, number, patch, digest)
        if patch % 3 == 2:
            bare.git("update-ref", "refs/heads/main", BRANCH)
        before = at(bare)
        lost += together([job, twin], cache)
        assert at(bare) != before
        assert subjects(bare) == [f"Update 2.1 to 2.1.{patch}"]
        assert digest in text(bare)
        no_leftovers(job.repo)
        no_leftovers(twin.repo)
    assert bare.git("fsck", "--no-dangling") == ""
    return lost


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_at_once(job: Project, bare: TestRepo, site: Site, repeats: int) -> None:
    """Two runs at once, of two clones, give one result, and nothing is lost; they do meet."""
    assert race(job, bare, site, times=repeats) > 0


@pytest.mark.slow
def test_two_at_once_in_a_clone(job: Project, bare: TestRepo, site: Site) -> None:
    """The same of one clone."""
    race(job, bare, site, times=2, same=True)


@pytest.mark.slow
def test_two_at_once_here(job: Project, site: Site) -> None:
    """The same without a remote: the branch here is the lock."""
    release(site, "2.1.4", windows=B)
    runs = [
        start(job, *PATIENT, GIT_COMMITTER_NAME=name, XDG_CACHE_HOME=str(job.root.parent / name))
        for name in ("One", "Other")
    ]
    words = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], words
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4"]
    assert sum(b"was moved: " in out for out, _ in words) == 1
    assert sum(b"is up to date" in out for out, _ in words) == 1
    no_leftovers(job.repo)


# --- killed ---------------------------------------------------------------------------------------


def kill_at_random(job: Project, bare: TestRepo, site: Site, *, times: int, seed: int) -> None:
    """Kill a run, and sometimes its git with it, at any moment: the next one completes."""
    rng = random.Random(seed)  # noqa: S311 (moments, no secrets)
    number = release(site, "2.1.4", windows=B)
    options = (*PUSH, *PATIENT)
    cache = {"XDG_CACHE_HOME": str(job.root.parent / "cache")}
    duration = 1.5
    kills, patch = 0, 3
    while kills < times:
        patch += 1
        digest = f"{rng.getrandbits(256):064x}"
        publish(site, number, patch, digest)
        before = at(bare)
        begun = time.monotonic()
        with start(job, *options, **cache) as run:
            reader = threading.Thread(target=run.communicate)
            reader.start()
            time.sleep(rng.uniform(0.1, duration))
            killed = run.poll() is None
            if killed:
                # with its git, or leaving that to end by itself
                (os.killpg if rng.random() < 0.5 else os.kill)(run.pid, signal.SIGKILL)
            reader.join()
        took = time.monotonic() - begun
        duration = 0.8 * duration + 0.3 * took if killed else took
        kills += killed
        wanted = [f"Update 2.1 to 2.1.{patch}"]
        assert at(bare) == before or subjects(bare) == wanted  # all or nothing
        assert job.status() == []
        with start(job, *options, **cache) as run:
            _, words = run.communicate()
        assert run.returncode == 0, words
        assert subjects(bare) == wanted
        assert digest in text(bare)
        no_leftovers(job.repo)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed(job: Project, bare: TestRepo, site: Site, repeats: int) -> None:
    """Killed at any moment, the next run completes, and nothing is left behind."""
    kill_at_random(job, bare, site, times=repeats, seed=2)
