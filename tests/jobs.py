"""What the tests of the scheduled job share."""

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
    """Run `tagmatrix regenerate` with little patience."""
    return project.run("regenerate", *QUICK, *args)


def summary(project: Project, *args: str) -> dict[str, Any]:
    """Return the JSON of a run, without its log."""
    result = regenerate(project, "--format", "json", "--quiet", *args)
    value: dict[str, Any] = json.loads(result.out)
    assert value["exit"] == result.code
    return value


def release(
    site: Site, version: str, *, windows: str = "", source: str = A, day: str = "2026-06-23"
) -> int:
    """Publish a version, with a source and perhaps with Windows."""
    number = site.upstream.publish(version, day)
    site.upstream.add_file(number, f"Python-{version}.tar.xz", source, sigstore=source)
    if windows:
        name = f"python-{version}-amd64.exe"
        site.upstream.add_file(number, name, windows, sigstore=windows)
    return number


def withdraw(site: Site, version: str) -> None:
    """Let a version be gone: from the list and from the download tree."""
    site.upstream.releases[:] = [
        each for each in site.upstream.releases if each["name"] != f"Python {version}"
    ]
    for path in [path for path in site.upstream.tree if f"/{version}/" in path]:
        del site.upstream.tree[path]


def make_bare(project: Project, path: Path) -> TestRepo:
    """Make a bare remote of a project, called origin there."""
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
    """Start a run as a process of its own, in a process group of its own."""
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
    """Return the text of a file as a revision has it."""
    return repo.git("show", f"{rev}:{path}")


def no_leftovers(repo: TestRepo) -> None:
    """Assert that no run has left anything in a repository."""
    assert repo.git("worktree", "list").count("\n") == 0
    assert repo.git("for-each-ref", "refs/tagmatrix/") == ""
    folder = repo.path / ".git/tagmatrix"
    assert not folder.exists() or [*folder.iterdir()] == []
