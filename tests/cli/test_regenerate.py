"""`tagmatrix regenerate` as a scheduled job runs it: real repositories, a real server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import ONES
from tests.projects import copy
from tests.repos import TestRepo
from tests.upstream.site import FILE, FINAL, TREE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.upstream.site import Site

A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64
BRANCH = "tagmatrix/update"
QUICK = ("--timeout", "0.4", "--attempts", "1", "--as-of", "2026-06-24")


def regenerate(project: Project, *args: str) -> Result:
    """Run `tagmatrix regenerate` with little patience."""
    return project.run("regenerate", *QUICK, *args)


def summary(project: Project, *args: str) -> dict[str, Any]:
    """Return the JSON of a run, without its log."""
    result = regenerate(project, "--format", "json", "--quiet", *args)
    value: dict[str, Any] = json.loads(result.out)
    assert value["exit"] == result.code
    return value


def release(site: Site, version: str, *, windows: str = "", source: str = A, day: str = "") -> int:
    """Publish a version, by default of 2026-06-23, with a source and perhaps with Windows."""
    number = site.upstream.publish(version, day or "2026-06-23")
    site.upstream.add_file(number, f"Python-{version}.tar.xz", source, sigstore=source)
    if windows:
        name = f"python-{version}-amd64.exe"
        site.upstream.add_file(number, name, windows, sigstore=windows)
    return number


@pytest.fixture
def job(sample: Project) -> Project:
    """Return the sample with its upstream, all of it committed."""
    sample.repo.commit("Name the upstream")
    return sample


@pytest.fixture
def bare(job: Project, tmp_path: Path) -> TestRepo:
    """Return a bare remote of the sample, called origin there."""
    path = tmp_path / "bare.git"
    job.repo.git("clone", "--quiet", "--bare", ".", str(path))
    job.repo.git("remote", "add", "origin", str(path))
    return TestRepo(path)


def branch(repo: TestRepo, name: str = BRANCH) -> str:
    """Return the commit that a branch is at; empty if there is none."""
    return repo.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{name}")


def subjects(repo: TestRepo, base: str = "main") -> list[str]:
    """Return the subjects of the branch's commits, oldest first."""
    return repo.git("log", "--reverse", "--format=%s", f"{base}..{BRANCH}").splitlines()


def test_nothing_new(job: Project) -> None:
    """Where nothing is new there is no branch and no commit, and it says so."""
    before = job.repo.git("for-each-ref")
    result = regenerate(job).ok()
    assert result.out == "nothing new\n"
    assert job.repo.git("for-each-ref") == before
    assert job.status() == []
    assert job.repo.git("worktree", "list").count("\n") == 0


def test_a_commit_for_each_cycle(job: Project, site: Site) -> None:
    """Each cycle is a commit of versions.yaml and its Dockerfiles, clean by itself."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    head = job.repo.head()
    regenerate(job).ok()
    assert subjects(job.repo) == ["Update 2.1 to 2.1.4", "Update 2.0 to 2.0.10"]
    assert job.repo.head() == head
    assert job.status() == []
    for cycle, commit in (("2.0", BRANCH), ("2.1", f"{BRANCH}~1")):
        changed = job.changed(commit)
        assert {path.partition("/")[0] for path in changed} == {"versions.yaml", "library"}
        assert all(path.startswith(("versions.yaml", f"library/{cycle}/")) for path in changed)
        job.repo.git("checkout", "--quiet", "--detach", commit)
        job.generate("--check", "dockerfiles").ok()

