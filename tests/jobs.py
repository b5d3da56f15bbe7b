"""Helpers for the tests of the scheduled job."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from tests.projects import command
from tests.repos import TestRepo, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.web.site import Site

A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64
BRANCH = "tagmatrix/update"
QUICK = ("--timeout", "1", "--attempts", "1", "--as-of", "2026-06-24")


def regenerate(project: Project, *args: str) -> Result:
    """Run `tagmatrix regenerate` with short timeouts."""
    return project.run("regenerate", *QUICK, *args)


def summary(project: Project, *args: str) -> dict[str, Any]:
    """Return the JSON output of a run, without its log."""
    result = regenerate(project, "--format", "json", "--quiet", *args)
    value: dict[str, Any] = json.loads(result.out)
    assert value["exit"] == result.code
    return value


def release(
    site: Site, version: str, *, windows: str = "", source: str = A, day: str = "2026-06-23"
) -> int:
    """Publish a version with a source, and with a Windows installer if requested."""
    number = site.upstream.publish(version, day)
    site.upstream.add_file(number, f"Python-{version}.tar.xz", source, sigstore=source)
    if windows:
        name = f"python-{version}-amd64.exe"
        site.upstream.add_file(number, name, windows, sigstore=windows)
    return number


def withdraw(site: Site, version: str) -> None:
    """Remove a version from the release list and from the download tree."""
    site.upstream.releases[:] = [
        each for each in site.upstream.releases if each["name"] != f"Python {version}"
    ]
    for path in [path for path in site.upstream.tree if f"/{version}/" in path]:
        del site.upstream.tree[path]


def make_bare(project: Project, path: Path) -> TestRepo:
    """Make a bare remote of a project; the project calls it origin."""
    project.repo.git("clone", "--quiet", "--bare", "--template=", ".", str(path))
    project.repo.git("remote", "add", "origin", str(path))
    return TestRepo(path)


def clone(project: Project, bare: TestRepo, path: Path, *options: str) -> Project:
    """Clone a bare remote."""
    url = f"file://{bare.path}"
    subprocess.run(
        ["git", "clone", "--quiet", "--template=", *options, url, str(path)],
        env=environment(),
        check=True,
    )
    return project.at(path)


def start(project: Project, *args: str, **variables: str) -> subprocess.Popen[bytes]:
    """Start a run as a separate process, in its own process group."""
    return subprocess.Popen(
        [*command("regenerate"), *QUICK, *args],
        cwd=project.root,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def at(repo: TestRepo, name: str = BRANCH) -> str:
    """Return the commit that a branch is at; empty if there is none."""
    return repo.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{name}")


def subjects(repo: TestRepo, base: str = "main", branch: str = BRANCH) -> list[str]:
    """Return the subjects of the branch's commits, oldest first."""
    return repo.git("log", "--reverse", "--format=%s", f"{base}..{branch}").splitlines()


def text(repo: TestRepo, rev: str = BRANCH, path: str = "versions.yaml") -> str:
    """Return the text of a file in a revision."""
    return repo.git("show", f"{rev}:{path}")


def no_leftovers(repo: TestRepo) -> None:
    """Assert that no run has left temporary files or folders in a repository."""
    assert repo.git("worktree", "list").count("\n") == 0
    assert repo.git("for-each-ref", "refs/tagmatrix/") == ""
    folder = repo.path / ".git/tagmatrix"
    assert not folder.exists() or [*folder.iterdir()] == []
