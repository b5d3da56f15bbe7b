"""A machine for workflows: a project with a bare remote, a runner, a replacement for gh."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import fill, settings
from tests.repos import TestRepo, environment
from tests.workflows import gh
from tests.workflows.runner import Runner, copy_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project
    from tests.web.site import Site


MAIN = "refs/heads/main"


@dataclass(frozen=True)
class Forge:
    """A repository to which maintainers and workflows push, and the state of gh."""

    clone: Project
    remote: Path
    runner: Runner
    state: Path

    @property
    def gh(self) -> dict[str, Any]:
        """Return the state of the replacement for gh."""
        if not self.state.exists():
            return {"calls": [], "pr": [], "issue": []}
        found: dict[str, Any] = json.loads(self.state.read_text())
        return found

    @property
    def started(self) -> list[tuple[str, str]]:
        """Return the workflows that were started by name, each with its branch."""
        return [(run["workflow"], run["ref"]) for run in self.gh.get("runs", [])]

    def at(self, ref: str = "main") -> str:
        """Return the commit of a branch of the remote."""
        return self.git("rev-parse", f"refs/heads/{ref}")

    def git(self, *args: str) -> str:
        """Run git in the remote."""
        return TestRepo(self.remote).git(*args)

    def push(self, message: str) -> str:
        """Commit all changes in the clone and push them to the main branch."""
        commit = self.clone.repo.commit(message)
        self.clone.repo.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        return commit

    def pull(self) -> None:
        """Pull the remote's main branch."""
        self.clone.repo.git("fetch", "--quiet", "origin")
        self.clone.repo.git("reset", "--quiet", "--hard", "origin/main")


@pytest.fixture
def forge(project: Project, site: Site, tmp_path: Path) -> Forge:
    """Return a published sample with the real workflows, its upstream, and a bare remote."""
    fill(site)
    project.edit(
        "versions.yaml", "builder: buildkit\n", f"builder: buildkit\n{settings(site.base)}"
    )
    copy_project(project.root)
    remote = tmp_path / "remote" / "example" / "sample"
    remote.mkdir(parents=True)
    bare = ("git", "init", "--bare", "--quiet", "--initial-branch=main", str(remote))
    subprocess.run(bare, env=environment(), check=True)
    project.repo.git("remote", "add", "origin", remote.as_uri())
    tools, state = tmp_path / "tools", tmp_path / "gh.json"
    tools.mkdir()
    script = tools / "gh"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{gh.__file__}" "$@"\n')
    script.chmod(0o755)
    runner = Runner(
        home=tmp_path / "runner",
        remote=remote,
        github={
            "event_name": "push",
            "ref": MAIN,
            "base_ref": "",
        },
        env={
            "GH_STATE": str(state),
            "GH_REMOTE": str(remote),
            "GITHUB_SERVER_URL": (tmp_path / "remote").as_uri(),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "NO_PROXY": "127.0.0.1",
        },
        path=(tools,),
    )
    forge = Forge(project, remote, runner, state)
    forge.push("Set the addresses of upstream and add workflows")
    return forge
