"""`tagmatrix regenerate` on a branch of the repository itself."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import ONES
from tests.jobs import (
    BRANCH,
    A,
    B,
    C,
    D,
    at,
    no_leftovers,
    regenerate,
    release,
    subjects,
    summary,
    text,
    withdraw,
)
from tests.projects import copy
from tests.repos import make_repo
from tests.web.site import CYCLES, FILE, FINAL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project
    from tests.web.site import Site


def test_nothing_new(job: Project) -> None:
    """Without news the run makes no branch and no commit, and reports that."""
    before = job.repo.git("for-each-ref")
    result = regenerate(job, "--pull-request-body", str(job.root.parent / "body.md")).ok()
    assert result.out == "nothing new\n"
    assert job.repo.git("for-each-ref") == before
    assert job.status() == []
    assert (job.root.parent / "body.md").read_text() == "Nothing new.\n"
    assert summary(job)["result"] == "nothing-new"
    no_leftovers(job.repo)


@pytest.mark.slow
def test_dry_run(job: Project, site: Site) -> None:
    """--dry-run shows the commits and exits with 3, makes none and moves no branch."""
    assert regenerate(job, "--dry-run").ok().out == "nothing new\n"
    release(site, "2.1.4", windows=B)
    before = job.repo.git("for-each-ref")
    result = regenerate(job, "--dry-run", "--quiet")
    assert (result.code, result.err) == (3, "")
    assert result.out == f"{BRANCH}: Update 2.1 to 2.1.4\n"
    loud = regenerate(job, "--dry-run")
    assert loud.out == f"{result.out}nothing was committed: --dry-run\n"
    value = summary(job, "--dry-run")
    assert (value["result"], value["moved"], value["head"]) == ("to-commit", False, None)
    assert [each["id"] for each in value["commits"]] == [None]
    assert job.repo.git("for-each-ref") == before
    assert job.status() == []
    no_leftovers(job.repo)
    regenerate(job).ok()
    assert regenerate(job, "--dry-run").ok().out.endswith(f"{BRANCH} is up to date\n")


@pytest.mark.slow
def test_a_commit_for_each_cycle(job: Project, site: Site) -> None:
    """Each cycle is a commit of versions.yaml and its Dockerfiles, clean by itself."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    head = job.repo.head()
    value = summary(job)
    assert (value["result"], value["exit"], value["moved"], value["pushed"]) == (
        *("committed", 0),
        *(True, False),
    )
    assert value["title"] == "Update 2.1 to 2.1.4 and 2.0 to 2.0.10"
    assert (value["head"], value["base"]) == (at(job.repo), head)
    assert value["cycles"] == [
        {
            "cycle": cycle,
            "from": old,
            "to": new,
            "commit": job.repo.git("rev-parse", rev),
            "images": images,
        }
        for cycle, old, new, rev, images in (
            ("2.1", "2.1.3", "2.1.4", f"{BRANCH}~1", 6),
            ("2.0", "2.0.9", "2.0.10", BRANCH, 5),
        )
    ]
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]
    assert job.repo.head() == head
    assert job.status() == []
    no_leftovers(job.repo)
    for cycle, commit in (("2.0", BRANCH), ("2.1", f"{BRANCH}~1")):
        changed = job.changed(commit)
        assert "versions.yaml" in changed
        assert all(path.startswith(("versions.yaml", f"library/{cycle}/")) for path in changed)
        job.repo.git("checkout", "--quiet", "--detach", commit)
        job.generate("--check", "--only", "dockerfiles").ok()


@pytest.mark.slow
def test_again(job: Project, site: Site) -> None:
    """The same content on the same base is left alone, as it was committed."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    head = at(job.repo)
    value = summary(job)
    assert (value["result"], value["moved"], value["head"]) == ("unchanged", False, head)
    assert value["cycles"][0]["commit"] == head
    assert value["title"] == "Update 2.1 to 2.1.4"
    assert at(job.repo) == head
    assert regenerate(job).ok().out.endswith(f"{BRANCH} is up to date\n")


@pytest.mark.slow
def test_more_comes(job: Project, site: Site) -> None:
    """What comes later is added; what is replaced is a commit from the base still."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    release(site, "2.0.10", source=C)
    regenerate(job).ok()
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]
    release(site, "2.1.5", windows=D, source="e" * 64)
    regenerate(job).ok()
    assert subjects(job.repo) == ["Update 2.1 to 2.1.5", "Update 2.0 to 2.0.10"]
    assert B not in text(job.repo)


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        pytest.param("merge", marks=pytest.mark.slow),
        pytest.param("squash", marks=pytest.mark.slow),
        pytest.param("rebase", marks=pytest.mark.slow),
        "fast-forward",
    ],
)
def test_merged(job: Project, site: Site, how: str) -> None:
    """Merged in any way, the branch counts for nothing, until something is new."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    regenerate(job).ok()
    old = at(job.repo)
    job.write("other", "x")
    if how != "fast-forward":
        job.repo.commit("Something else")
    match how:
        case "merge":
            job.repo.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH)
        case "squash":
            job.repo.git("merge", "--quiet", "--squash", BRANCH)
            job.repo.commit("Update")
        case "rebase":
            job.repo.git("cherry-pick", f"main..{BRANCH}", GIT_COMMITTER_NAME="Web")
        case _:
            job.repo.git("merge", "--quiet", "--ff-only", BRANCH)
            job.repo.commit("Something else")
    assert summary(job)["result"] == "nothing-new"
    assert at(job.repo) == old
    job.generate("--commit", "--only", "manifest").ok()
    assert summary(job)["result"] == "nothing-new"
    release(site, "2.1.5", windows=D, source="e" * 64)
    assert summary(job)["result"] == "committed"
    assert subjects(job.repo) == ["Update 2.1 to 2.1.5"]
    job.repo.git("merge", "--quiet", "--ff-only", BRANCH)


@pytest.mark.slow
def test_a_stale_branch_is_renewed(job: Project, site: Site) -> None:
    """When the base has moved, the branch grows from there."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    job.edit("templates/linux.Dockerfile.j2", "make CFLAGS", "make all CFLAGS")
    job.generate("--commit").ok()
    assert summary(job)["result"] == "committed"
    assert job.repo.git("merge-base", BRANCH, "main") == job.repo.head()
    job.repo.git("checkout", "--quiet", "--detach", BRANCH)
    job.generate("--check", "--only", "dockerfiles").ok()
    assert "make all CFLAGS" in text(job.repo, path="library/2.1/trixie/Dockerfile")


@pytest.mark.slow
def test_what_the_base_lacks(job: Project, site: Site) -> None:
    """Dockerfiles that are out of date in the base get a commit of their own."""
    job.edit("templates/linux.Dockerfile.j2", "make CFLAGS", "make all CFLAGS")
    job.repo.commit("A template alone")
    assert summary(job)["title"] == "Regenerate 10 Dockerfiles"
    release(site, "2.0.10", source=C)
    regenerate(job).ok()
    assert subjects(job.repo) == ["Regenerate 10 Dockerfiles", "Update 2.0 to 2.0.10"]


@pytest.mark.slow
def test_accepted_settings_are_reported(job: Project, site: Site, tmp_path: Path) -> None:
    """A setting that goes back and is accepted is in the commit and the pull request."""
    setting = '  setuptools: {value: "79.0.1", why: It is tested with it.}\n'
    job.edit("versions.yaml", "\nsettings:\n", f"\nsettings:\n{setting}")
    template = "templates/linux.Dockerfile.j2"
    job.write(template, job.read(template) + "ENV S={{ settings.setuptools }}\n")
    job.generate("--commit").ok()
    job.edit("versions.yaml", '"79.0.1"', '"65.5.1"')
    accepted = 'accept: [{setting: setuptools, goes_back_to: "65.5.1", why: It is broken.}]'
    job.edit("versions.yaml", "\nsettings:\n", f"\n{accepted}\n\nsettings:\n")
    job.repo.commit("Set setuptools back")
    release(site, "2.0.10", source=C)
    body = tmp_path / "body.md"
    regenerate(job, "--pull-request-body", str(body)).ok()
    what = "the setting setuptools goes back from 79.0.1 to 65.5.1, for 2.1, 2.0"
    messages = job.repo.git("log", "--reverse", "--format=%B%x00", f"main..{BRANCH}").split("\0")
    line = f"Accepted: {what}: It is broken.\n"
    assert messages[0].startswith(f"Regenerate 10 Dockerfiles\n\n{line}")
    assert messages[1].strip().startswith("Update 2.0 to 2.0.10\n\nTagmatrix-Seal: ")
    assert f"## Accepted\n\n- {what}. It is broken.\n" in body.read_text()
    assert f"breaking: {what} (accepted: It is broken.)" in summary(job)["moves"]


# --- what can't be learned, what is refused -------------------------------------------------------


@pytest.mark.slow
def test_degraded(job: Project, site: Site, tmp_path: Path) -> None:
    """Whole cycles are committed, the others are reported, and the exit code is 4."""
    number = release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    site.faults[f"{FILE}?release={number}"] = site.status(500)
    body = tmp_path / "body.md"
    result = regenerate(job, "--pull-request-body", str(body))
    assert result.code == 4
    assert subjects(job.repo) == ["Update 2.0 to 2.0.10"]
    assert "warning: 2.1: not changed: " in result.err
    assert "answered 500" in body.read_text()
    site.faults.clear()
    assert summary(job)["result"] == "committed"
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]


@pytest.mark.slow
def test_a_failure_takes_nothing_off_the_branch(job: Project, site: Site) -> None:
    """What an earlier run has committed stays while upstream can't be asked, on a new base too."""
    number = release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    head = at(job.repo)
    site.faults[f"{FILE}?release={number}"] = site.status(500)
    value = summary(job)
    assert (value["result"], value["exit"]) == ("degraded", 4)
    assert at(job.repo) == head
    release(site, "2.0.10", source=C)
    job.write("other", "x")
    job.repo.commit("Something else")
    assert summary(job)["exit"] == 4
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]
    assert B in text(job.repo)
    site.faults[FINAL] = site.status(500)
    head = at(job.repo)
    assert summary(job)["result"] == "degraded"
    assert at(job.repo) == head


@pytest.mark.slow
def test_a_ref_that_stays(job: Project, site: Site) -> None:
    """A ref of one tag of git, whose image moves to another version, is a warning."""
    job.edit("versions.yaml", '"2.1":\n', '"2.1":\n    ref: refs/tags/one\n')
    job.repo.commit("Build 2.1 from a tag")
    job.repo.git("tag", "one")
    release(site, "2.1.4", windows=B)
    said = [each["text"] for each in summary(job)["warnings"]]
    assert [each.partition(": ")[0] for each in said] == ["versions.yaml:69:10"]
    assert "the ref stays refs/tags/one: the image of 2.1.4 is still built from this" in said[0]


@pytest.mark.slow
def test_some_cycles(job: Project, site: Site) -> None:
    """Those that are not asked about stay as the branch has them."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    regenerate(job, "2.0").ok()
    assert subjects(job.repo) == ["Update 2.0 to 2.0.10"]
    regenerate(job, "2.1").ok()
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]
    unknown = regenerate(job, "2.3")
    assert (unknown.code, "no release cycle" in unknown.err) == (2, True)


@pytest.mark.slow
def test_a_cycle_is_refused(job: Project, site: Site, tmp_path: Path) -> None:
    """Another checksum at the same version: others go on, this one is refused, exit code 5."""
    site.upstream.files[1000][0]["sha256_sum"] = A
    release(site, "2.0.10", source=C)
    body = tmp_path / "body.md"
    result = regenerate(job, "--pull-request-body", str(body))
    assert result.code == 5
    assert subjects(job.repo) == ["Update 2.0 to 2.0.10"]
    assert text(job.repo).count(ONES) == 1
    written = body.read_text()
    assert written.startswith("## Refused\n")
    assert f'{{sha256: "{A}", why: ...}}' in written
    assert f"Ours: {ONES}, upstream's: {A}" in result.err
    head = at(job.repo)
    assert summary(job)["result"] == "refused"
    assert at(job.repo) == head


def test_all_is_refused(job: Project, site: Site) -> None:
    """If the refusal is all there is, no branch is made."""
    site.upstream.files[1000][0]["sha256_sum"] = A
    value = summary(job)
    assert (value["result"], value["head"], value["moved"]) == ("refused", None, False)
    assert value["refused"][0]["about"] == "2.1"
    assert at(job.repo) == ""


@pytest.mark.slow
def test_an_open_branch_is_replaced_upstream(job: Project, site: Site) -> None:
    """A file that changes while its version waits on the branch is an alarm as well."""
    number = release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    head = at(job.repo)
    for entry, digest in zip(site.upstream.files[number], (C, D), strict=True):
        entry["sha256_sum"] = digest
        entry["sigstore_bundle_file"] = ""
    value = summary(job)
    assert value["result"] == "refused"
    assert "another SHA-256 than before" in value["refused"][0]["text"]
    assert "tagmatrix/update has 2.1.4, HEAD has 2.1.3" in value["refused"][0]["text"]
    assert at(job.repo) == head


@pytest.mark.slow
def test_an_open_branch_is_withdrawn_upstream(job: Project, site: Site, tmp_path: Path) -> None:
    """The job reports it and leaves the branch as it was: a maintainer decides."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    head = at(job.repo)
    withdraw(site, "2.1.4")
    body = tmp_path / "body.md"
    result = regenerate(job, "--pull-request-body", str(body))
    assert result.code == 5
    assert "upstream's newest version is 2.1.3; versions.yaml keeps 2.1.4" in result.err
    assert "if upstream withdrew 2.1.4, delete the branch" in body.read_text()
    assert at(job.repo) == head
    job.repo.git("branch", "-D", BRANCH)
    assert summary(job)["result"] == "nothing-new"


@pytest.mark.slow
def test_the_base_is_refused(job: Project, site: Site, tmp_path: Path) -> None:
    """If the base itself breaks a tag, the run does nothing and prints how to accept it."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    head = at(job.repo)
    job.edit(
        "versions.yaml",
        '"3.24": {flavors: [alpine], architectures: [amd64]}',
        '"3.24": {flavors: [alpine], architectures: [arm64v8]}',
    )
    job.repo.commit("Lose amd64")
    body = tmp_path / "body.md"
    result = regenerate(job, "--pull-request-body", str(body))
    assert result.code == 5
    assert "loses: [amd64]" in body.read_text()
    assert "- \n" not in body.read_text()
    assert "loses: [amd64]" in result.err
    assert at(job.repo) == head


@pytest.mark.slow
def test_the_security_phase(job: Project, site: Site) -> None:
    """An end with the phase is accepted by name, reported, and kept while upstream is down."""
    site.upstream.cycles["2.1"]["status"] = "security"
    number = release(site, "2.1.4")
    regenerate(job).ok()
    message = job.repo.git("log", "-1", "--format=%B", BRANCH)
    assert message.startswith(
        "Update 2.1 to 2.1.4, remove windowsservercore-ltsc2025\n\nAccepted: "
    )
    head = at(job.repo)
    assert summary(job)["result"] == "unchanged"
    site.faults[f"{FILE}?release={number}"] = site.status(500)
    site.faults[CYCLES] = site.status(500)
    job.write("other", "x")
    job.repo.commit("Something else")
    assert summary(job)["exit"] == 4
    assert at(job.repo) != head
    assert text(job.repo) == text(job.repo, head)


@pytest.mark.slow
def test_held_back(job: Project, site: Site) -> None:
    """A late artifact is waited for, left out, then added: each step on the branch."""
    number = release(site, "2.1.4", day="2026-06-24")
    waits = summary(job)
    assert (waits["result"], at(job.repo)) == ("nothing-new", "")
    assert "waits for windows until 2026-06-27" in waits["held_back"][0]["text"]
    left_out = summary(job, "--as-of", "2026-06-27")
    assert left_out["result"] == "committed"
    assert left_out["held_back"][0]["text"] == "windows is left out: 2.1.4 not published"
    assert 'held_back: {windows: "2.1.4 not published"}' in text(job.repo)
    again = summary(job, "--as-of", "2026-06-27")
    assert (again["result"], again["held_back"]) == ("unchanged", left_out["held_back"])
    site.upstream.add_file(number, "python-2.1.4-amd64.exe", B, sigstore=B)
    assert summary(job, "--as-of", "2026-06-28")["result"] == "committed"
    assert "held_back" not in text(job.repo)
    wanted = job.read("versions.yaml").replace('"2.1.3"', '"2.1.4"').replace(ONES, A)
    assert f"{text(job.repo)}\n" == wanted.replace("2" * 64, B)
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4"]


@pytest.mark.slow
def test_another_layout_is_not_pushed(job: Project, site: Site) -> None:
    """A run that would change only the quotes on the branch leaves the branch as it is."""
    job.edit("versions.yaml", f'"{ONES}"', C)
    site.upstream.files[1000][0]["sha256_sum"] = C
    job.generate("--commit").ok()
    job.repo.commit("Write a checksum without quotes")
    number = release(site, "2.1.4", day="2026-06-24")
    summary(job, "--as-of", "2026-06-27")
    site.upstream.add_file(number, "python-2.1.4-amd64.exe", B, sigstore=B)
    assert summary(job, "--as-of", "2026-06-28")["result"] == "committed"
    assert f"windows: {B}" in text(job.repo)
    assert summary(job, "--as-of", "2026-06-28")["result"] == "unchanged"


DEBIAN = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/debian.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: trixie, trixie-slim
Architectures: amd64, arm64v8, riscv64, s390x

Tags: bookworm, bookworm-slim
Architectures: amd64, arm64v8, mips64le
"""
ALPINE = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/alpine.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: 3.24
"""


@pytest.mark.slow
def test_bases(job: Project, site: Site) -> None:
    """A base that gains an architecture is a commit of its own, and stays without --bases."""
    site.upstream.library.update(debian=DEBIAN, alpine=ALPINE)
    release(site, "2.0.10", source=C)
    regenerate(job, "--bases").ok()
    assert subjects(job.repo) == ["Build 4 images for s390x", "Update 2.0 to 2.0.10"]
    assert job.changed(f"{BRANCH}~1") == {"versions.yaml"}
    head = at(job.repo)
    assert summary(job)["result"] == "unchanged"
    assert at(job.repo) == head


def test_a_base_is_refused(job: Project, site: Site, tmp_path: Path) -> None:
    """If a base loses an architecture, the guard's line is printed and the cycles go on."""
    site.upstream.library.update(debian=DEBIAN.replace(", riscv64, s390x", ""), alpine=ALPINE)
    release(site, "2.0.10", source=C)
    body = tmp_path / "body.md"
    result = regenerate(job, "--bases", "--pull-request-body", str(body))
    assert result.code == 5
    assert subjects(job.repo) == ["Update 2.0 to 2.0.10"]
    assert "loses: [riscv64]" in body.read_text().partition("## What changes")[0]
    assert "error: trixie: " in result.err


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        "add",
        pytest.param("amend", marks=pytest.mark.slow),
        pytest.param("merge", marks=pytest.mark.slow),
        pytest.param("rebase", marks=pytest.mark.slow),
    ],
)
def test_a_persons_commits(job: Project, site: Site, tmp_path: Path, how: str) -> None:
    """The run stops at a person's commit on the branch and never overwrites it."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    person = {"GIT_COMMITTER_NAME": "Ada", "GIT_AUTHOR_NAME": "Ada"}
    job.write("other", "x")
    job.repo.commit("Something else")
    job.repo.git("checkout", "--quiet", BRANCH)
    match how:
        case "add":
            job.write("note", "x")
            job.repo.commit("Fix it", **person)
        case "amend":
            job.repo.git("commit", "--quiet", "--amend", "--message", "Mine", **person)
        case "merge":
            job.repo.git("merge", "--quiet", "--no-edit", "main", **person)
        case _:
            job.repo.git("rebase", "--quiet", "main")
    job.repo.git("checkout", "--quiet", "main")
    head = at(job.repo)
    body = tmp_path / "body.md"
    result = regenerate(job, "--format", "json", "--pull-request-body", str(body))
    assert result.code == 2
    assert json.loads(result.out)["result"] == "stopped"
    assert f"{BRANCH} has commits that this job did not make" in result.err
    assert head[:12] in body.read_text()
    assert at(job.repo) == head


def test_a_persons_branch_that_is_merged(job: Project, site: Site) -> None:
    """Once all of it is in the base, the branch is free again."""
    job.repo.git("branch", BRANCH)
    release(site, "2.1.4", windows=B)
    assert summary(job)["result"] == "committed"


@pytest.mark.slow
def test_a_persons_branch_that_is_squashed(job: Project, site: Site) -> None:
    """A person's commit that was squashed with ours holds nothing up; not before that."""
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    job.repo.git("checkout", "--quiet", BRANCH)
    job.write("note", "x")
    job.repo.commit("Fix it")
    job.repo.git("checkout", "--quiet", "main")
    assert summary(job)["result"] == "stopped"
    job.repo.git("merge", "--quiet", "--squash", BRANCH)
    job.repo.commit("Update (#1)")
    job.generate("--commit", "--only", "manifest").ok()
    assert summary(job)["result"] == "nothing-new"
    release(site, "2.1.5", windows=D, source=C)
    assert summary(job)["result"] == "committed"
    assert subjects(job.repo) == ["Update 2.1 to 2.1.5"]


def test_the_branch_is_checked_out(job: Project, site: Site) -> None:
    """The branch that is checked out is not moved under anybody."""
    release(site, "2.1.4", windows=B)
    job.repo.git("checkout", "--quiet", "-b", BRANCH)
    result = regenerate(job)
    assert result.code == 2
    assert f"{BRANCH} is checked out here; check out another branch" in result.err


@pytest.mark.parametrize("how", ["changed", "staged", "deleted", "elsewhere", "untracked template"])
def test_a_dirty_work_tree(job: Project, site: Site, how: str) -> None:
    """It is refused, says what is dirty, and stays as it is."""
    release(site, "2.1.4", windows=B)
    path = "library/2.1/trixie/Dockerfile"
    match how:
        case "deleted":
            (job.root / path).unlink()
        case "elsewhere":
            path = "notes/file"
            job.write(path, "x")
            job.repo.commit("A note")
            job.write(path, "y")
        case "untracked template":
            path = "templates/new.j2"
            job.write(path, "x")
        case _:
            job.write(path, "x")
            if how == "staged":
                job.repo.git("add", path)
    status = job.status()
    result = regenerate(job)
    assert result.code == 2
    assert f"error:   {path}\n" in result.err
    assert job.status() == status
    assert job.repo.git("stash", "list") == ""
    assert at(job.repo) == ""


@pytest.mark.slow
def test_files_of_others_do_not_matter(job: Project, site: Site) -> None:
    """A file that git does not know, elsewhere, is not a change."""
    release(site, "2.1.4", windows=B)
    job.write("body.md", "x")
    regenerate(job, "--pull-request-body", str(job.root / "body.md")).ok()
    assert "2.1.4" in job.read("body.md")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("README", "git tracks README there; choose another place"),
        ("library/2.1/trixie/Dockerfile", "git tracks Dockerfile there; choose another place"),
        ("link", "git tracks README there; choose another place"),
        (".git/HEAD", "this is inside .git; choose another place"),
        (".git/hooks/new", "this is inside .git; choose another place"),
        ("to-git/config", "this is inside .git; choose another place"),
        ("library", "this is a folder; name a file in it"),
        ("missing/body.md", "does not exist; create it first"),
        ("circle", "this link leads back to itself; name a file"),
    ],
)
def test_a_body_in_the_way(job: Project, path: str, message: str) -> None:
    """The body never goes into .git, nor over a file that git tracks, through a link either."""
    job.write("README", "x")
    job.repo.commit("Add a file")
    (job.root / ".git/hooks").mkdir(exist_ok=True)
    (job.root / "link").symlink_to("README")
    (job.root / "to-git").symlink_to(".git")
    (job.root / "circle").symlink_to("circle")
    before = job.snapshot(".")
    result = regenerate(job, "--pull-request-body", str(job.root / path))
    assert result.code == 2
    assert f"error: --pull-request-body {job.root / path}: " in result.err
    assert message in result.err
    assert job.snapshot(".") == before


def test_a_body_for_a_listener(job: Project, tmp_path: Path) -> None:
    """A socket gets the body; one at which nothing listens is an error without a traceback."""
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        refused = regenerate(job, "--pull-request-body", str(path))
        assert (refused.code, "socket: Connection refused\n" in refused.err) == (2, True)
        server.listen()
        regenerate(job, "--pull-request-body", str(path)).ok()
        with server.accept()[0] as found:
            assert found.makefile("rb").read() == b"Nothing new.\n"
    assert path.is_socket()


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_settings(job: Project, site: Site) -> None:
    """Branch, author and committer come from versions.yaml; options win."""
    job.edit(
        "versions.yaml",
        "builder: buildkit\n",
        "builder: buildkit\nregenerate: {branch: bot/update, author: Bot <bot@example.org>, "
        "committer: Robot <robot@example.org>}\n",
    )
    job.repo.commit("Settings")
    release(site, "2.1.4", windows=B)
    assert summary(job)["branch"] == "bot/update"
    people = ("log", "-1", "--format=%an <%ae>, %cn <%ce>")
    assert job.repo.git(*people, "bot/update") == "Bot <bot@example.org>, Robot <robot@example.org>"
    ada = "Ada O'Neil <ada@example.org>"
    regenerate(job, "--branch", "x", "--author", ada, "--committer", ada).ok()
    assert job.repo.git(*people, "x") == f"{ada}, {ada}"
    assert summary(job, "--branch", "x", "--committer", "Eve <eve@example.org>")["result"] == (
        "unchanged"
    )
    wrong = regenerate(job, "--author", "Ada")
    assert (wrong.code, "invalid name and mail address 'Ada'" in wrong.err) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("sign", "\x1b\n\t\x85\u202e\u2028\ufeff\udcff")
@pytest.mark.parametrize("option", ["author", "committer", "branch"])
def test_options_are_printable(job: Project, option: str, sign: str) -> None:
    """What gets into commits is one printable line; the message has the code point."""
    start, end = ("Ada", " <ada@example.org>") if option != "branch" else ("a", "b")
    result = regenerate(job, f"--{option}", f"{start}{sign}{end}")
    assert (result.code, result.out) == (2, "stopped: nothing was changed\n")
    assert f"U+{ord(sign):04X}" in result.err
    assert result.err.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["a..b", "-x", "main", "a b", "refs/heads/x"])
def test_a_branch_that_can_not_be(job: Project, name: str) -> None:
    """An invalid branch name, or that of the main branch, is refused."""
    result = regenerate(job, f"--branch={name}")
    assert result.code == 2
    assert "invalid branch name" in result.err or "use another: --branch" in result.err


@pytest.mark.slow
def test_base(job: Project, site: Site) -> None:
    """Another base can be named; an unknown one is an error."""
    first = job.repo.head()
    job.write("other", "x")
    job.repo.commit("Something else")
    release(site, "2.1.4", windows=B)
    assert summary(job, "--base", "HEAD~1")["base"] == first
    assert "unknown git revision 'nothing'" in regenerate(job, "--base", "nothing").err


@pytest.mark.slow
def test_in_a_folder(job: Project, site: Site, tmp_path: Path) -> None:
    """The image may be in a folder of the repository."""
    inner = tmp_path / "outer"
    repo = make_repo(inner)
    copy(job.root, inner / "in/side")
    subprocess.run(["rm", "-rf", str(inner / "in/side/.git")], check=True)
    project = job.at(inner / "in/side", repo)
    repo.commit("All")
    release(site, "2.1.4", windows=B)
    regenerate(project).ok()
    assert subjects(repo) == ["Update 2.1 to 2.1.4"]
    assert all(path.startswith("in/side/") for path in project.changed(BRANCH))


# --- hooks and signatures -------------------------------------------------------------------------


def hook(project: Project, name: str, script: str) -> None:
    """Install a hook."""
    path = project.root / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.slow
def test_hooks_run(job: Project, site: Site) -> None:
    """Hooks see the commit in the job's own work tree, and may add to the message."""
    release(site, "2.1.4", windows=B)
    hook(job, "pre-commit", "git diff --cached --name-only | grep -q versions.yaml")
    hook(job, "commit-msg", 'printf "\\nChange-Id: I1\\n" >> "$1"')
    regenerate(job).ok()
    assert "Change-Id: I1" in job.repo.git("log", "-1", "--format=%B", BRANCH)
    assert summary(job)["result"] == "unchanged"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "script", "words"),
    [
        ("pre-commit", "echo not today; exit 1", "not today"),
        pytest.param(
            "commit-msg", "echo no ticket >&2; exit 1", "no ticket", marks=pytest.mark.slow
        ),
        pytest.param(
            "pre-commit",
            "date > new; git add new",
            "a git hook changed the files of the commit",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "commit-msg",
            "sed -i '1s/^/[bot] /' \"$1\"",
            "a git hook changed the first line",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_hook_refuses(
    job: Project, site: Site, tmp_path: Path, name: str, script: str, words: str
) -> None:
    """Its output is printed, the branch is unchanged, and no file is left behind."""
    release(site, "2.1.4", windows=B)
    hook(job, name, script)
    body = tmp_path / "body.md"
    result = regenerate(job, "--pull-request-body", str(body))
    assert result.code == 2
    assert words in result.err
    assert words in body.read_text()
    assert at(job.repo) == ""
    no_leftovers(job.repo)
    (job.root / ".git/hooks" / name).unlink()
    regenerate(job).ok()


@pytest.mark.slow
def test_line_ends(job: Project) -> None:
    """If git's setting for line ends hides all changes, the error names it as the likely cause."""
    job.repo.git("config", "core.autocrlf", "true")
    result = regenerate(job)
    assert (result.code, "core.autocrlf is true" in result.err) == (2, True)
    job.write(".gitattributes", "* -text\n")
    job.repo.commit("Leave line ends alone")
    assert regenerate(job).ok().out == "nothing new\n"


@pytest.mark.slow
def test_signed(job: Project, site: Site, tmp_path: Path) -> None:
    """Commits are signed if git is configured to, and the seal is valid with it."""
    key = tmp_path / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bot", "-f", str(key)], check=True
    )
    allowed = tmp_path / "allowed"
    allowed.write_text(f"author@example.org {(tmp_path / 'key.pub').read_text()}")
    for name, value in (
        ("gpg.format", "ssh"),
        ("user.signingkey", str(key)),
        ("commit.gpgsign", "true"),
        ("gpg.ssh.allowedSignersFile", str(allowed)),
    ):
        job.repo.git("config", name, value)
    release(site, "2.1.4", windows=B)
    regenerate(job).ok()
    job.repo.git("verify-commit", BRANCH)
    assert summary(job)["result"] == "unchanged"
    job.repo.git("config", "user.signingkey", str(tmp_path / "none"))
    release(site, "2.0.10", source=C)
    failed = regenerate(job)
    assert (failed.code, "git could not commit" in failed.err) == (2, True)
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4"]


@pytest.mark.slow
def test_no_person_to_commit(job: Project, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """If git has no identity, the error says where to set one."""
    release(site, "2.1.4", windows=B)
    for name in ("AUTHOR", "COMMITTER"):
        for part in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{name}_{part}")
    job.repo.git("config", "user.useConfigOnly", "true")
    result = regenerate(job)
    assert (result.code, "set the author: `regenerate: {author: ...}`" in result.err) == (2, True)
    ada = "Ada <ada@example.org>"
    regenerate(job, "--author", ada, "--committer", ada).ok()


# --- what is reported -----------------------------------------------------------------------------


@pytest.mark.slow
def test_body(job: Project, site: Site, tmp_path: Path) -> None:
    """It has the versions, who says each checksum, what is built and what moves."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    body = tmp_path / "body.md"
    regenerate(job, "--pull-request-body", str(body)).ok()
    assert body.read_text() == (
        "## What changes\n\n"
        "| | from | to | Dockerfiles |\n|---|---|---|---|\n"
        "| `2.1` | 2.1.3 | 2.1.4 | 6 |\n| `2.0` | 2.0.9 | 2.0.10 | 5 |\n\n"
        "## Checksums\n\n"
        "| version | artifact | SHA-256 | according to |\n|---|---|---|---|\n"
        f"| 2.1.4 | source | `{A}` | the API and the sigstore bundle |\n"
        f"| 2.1.4 | windows | `{B}` | the API and the sigstore bundle |\n"
        f"| 2.0.10 | source | `{C}` | the API and the sigstore bundle |\n\n"
        "## What is built\n\n"
        "11 Dockerfiles change; 23 builds:\n\n"
        "10 for amd64, 8 for arm64v8, 4 for riscv64, 1 for windows-amd64\n\n"
        "## What moves\n\n### As expected\n\n"
        "- 2.1.4 follows 2.1.3: `latest`, `2`, `2.1`, `slim`, `trixie`, `alpine` and 44 more "
        "(30 move, 10 are new, 10 end).\n\n"
        "- 2.0.10 follows 2.0.9: `2.0`, `2.0-slim`, `2.0-trixie`, `2.0-alpine`, `2.0-bookworm`, "
        "`2.0-alpine3.24` and 18 more (8 move, 8 are new, 8 end).\n"
    )


@pytest.mark.parametrize("where", ["", "no/body.md"])
def test_a_body_that_can_not_be_written(
    job: Project, site: Site, tmp_path: Path, where: str
) -> None:
    """It is found before anything is done, and reported in JSON as usual."""
    release(site, "2.1.4", windows=B)
    value = summary(job, "--pull-request-body", str(tmp_path / where))
    assert (value["result"], at(job.repo)) == ("stopped", "")
    assert value["stopped"].startswith(f"--pull-request-body {tmp_path}")


@pytest.mark.slow
def test_the_body_stays(job: Project, site: Site, tmp_path: Path) -> None:
    """A run that finds the branch up to date reports the same result again."""
    release(site, "2.1.4", windows=B)
    bodies = []
    for more in ((), (), ("--recheck", "0"), ("--recheck", "24")):
        body = tmp_path / "body.md"
        regenerate(job, "--pull-request-body", str(body), *more).ok()
        bodies.append(body.read_text())
    assert bodies == [bodies[0]] * 4
    assert "the API and the sigstore bundle" in bodies[0]


@pytest.mark.slow
def test_the_log(job: Project, site: Site) -> None:
    """Each request is reported with its answer, a line each; --quiet turns it off."""
    number = release(site, "2.1.4", windows=B)
    site.faults[f"{FILE}?release={number}"] = site.first(1, site.status(503))
    result = job.run("regenerate", "--attempts", "2", "--as-of", "2026-06-24")
    lines = result.err.splitlines()
    asked = [line for line in lines if line.startswith("requested ")]
    assert len(asked) == len(set(asked)) == 5
    assert any(
        line.startswith(f"requested {site.base}{FILE}?release={number} (2 times): ")
        for line in asked
    )
    assert regenerate(job, "--quiet").err == ""
    value = summary(job)
    assert {each["answer"] for each in value["requests"]} == {"unchanged"}


def test_on_actions(job: Project, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is shown beside its line, and no text of upstream's is a command."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(job.root.parent))
    site.faults[f"{FILE}?release=1001"] = site.body(lambda _: b'"\\n::set-env name=PATH::x ##[x]"')
    result = regenerate(job)
    assert result.code == 4
    line = job.read("versions.yaml").split('"2.0":')[0].count("\n") + 1
    (command,) = [text for text in result.err.splitlines() if text.startswith("::")]
    assert command.startswith(
        f"::warning file=sample/versions.yaml,line={line},col=3::2.0: not changed"
    )
    assert "##[" not in result.err.replace(command, "")


def test_a_mistake_on_the_base(job: Project) -> None:
    """An error in versions.yaml there is reported with its place, without the temporary folder."""
    job.edit("versions.yaml", "image: sample", "image: sample\nnonsense: 1")
    job.repo.commit("A mistake")
    job.repo.git("branch", "wrong")
    job.repo.git("reset", "--quiet", "--hard", "HEAD~1")
    result = regenerate(job, "--base", "wrong", "--quiet")
    assert result.code == 2
    assert result.err.startswith("error: versions.yaml:2:1: nonsense: ")
    job.repo.git("rm", "--quiet", "-r", "templates")
    job.repo.commit("Another")
    missing = regenerate(job, "--quiet")
    assert missing.code == 2
    assert "/tagmatrix-" not in missing.err
    job.repo.git("rm", "--quiet", "versions.yaml")
    job.repo.commit("And another")
    job.repo.git("branch", "none")
    job.repo.git("reset", "--quiet", "--hard", "HEAD~2")
    assert "none has no versions.yaml" in regenerate(job, "--base", "none").err


def test_without_an_upstream(project: Project) -> None:
    """A file without `upstream` is an error that says what to do."""
    result = regenerate(project)
    assert (result.code, "has no `upstream`" in result.err) == (2, True)


def test_without_git(job: Project) -> None:
    """Without a repository there is nothing to commit on."""
    subprocess.run(["rm", "-rf", str(job.root / ".git")], check=True)
    result = regenerate(job)
    assert (result.code, "cannot commit: " in result.err) == (2, True)


def test_others_do_not_pay(job: Project) -> None:
    """Other commands import nothing of the job, nor GitPython."""
    script = (
        "import sys; from tagmatrix.cli import main; main(['tags']); "
        "print([m for m in sys.modules if m == 'git' or 'tagmatrix.job' in m], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=job.root, capture_output=True, check=True
    )
    assert done.stderr.decode().endswith("[]\n")
