"""The equivalents of the actions that the workflows use.

checkout makes a clone of the requested depth. setup-python uses the environment of the tests.
upload-artifact and download-artifact copy files, for the jobs of one run. Other actions, and
unknown inputs of these, are errors.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

INPUTS = {
    "actions/checkout": {"ref", "fetch-depth", "persist-credentials", "token"},
    "actions/setup-python": {"python-version"},
    "actions/upload-artifact": {"name", "path", "if-no-files-found", "retention-days"},
    "actions/download-artifact": {"name", "path"},
}


@dataclass(frozen=True, slots=True)
class Place:
    """The work space of a job, its remote, the run's artifacts, and the ref that started it."""

    workspace: Path
    remote: Path
    artifacts: Path
    ref: str


def use(action: str, given: Mapping[str, str], place: Place) -> None:
    """Do what the action does with these inputs."""
    assert action in INPUTS, f"the runner has no equivalent for {action}"
    assert set(given) <= INPUTS[action], given
    if action == "actions/checkout":
        _check_out(given, place)
    elif action == "actions/setup-python":
        lend_environment(place.workspace)
    else:
        kept, files = place.artifacts / given["name"], Path(given["path"])
        source, target = (files, kept) if "upload" in action else (kept, files)
        assert any(source.iterdir()), f"{source} has no files"
        shutil.copytree(source, target)


def _check_out(given: Mapping[str, str], place: Place) -> None:
    """Clone like the action: with the requested depth, by default one commit.

    The whole history includes all branches; a pull request is its merge commit, detached.
    """
    depth = int(given.get("fetch-depth", "1"))
    ref = given.get("ref") or place.ref
    short = ref.removeprefix("refs/heads/")
    url = place.remote.as_uri()
    wanted = "+refs/heads/*:refs/remotes/origin/*" if depth == 0 else f"+refs/heads/{short}"
    limit = [] if depth == 0 else [f"--depth={depth}"]
    git = ("git", "-C", str(place.workspace))
    source = ref if ref.startswith("refs/pull/") else f"refs/heads/{short}"
    commands: list[tuple[str, ...]] = [
        ("git", "init", "--quiet", str(place.workspace)),
        (*git, "remote", "add", "origin", url),
        (*git, "fetch", "--quiet", *limit, "origin", *([wanted] if depth == 0 else []), source),
        (*git, "checkout", "--quiet", "--detach", "FETCH_HEAD"),
    ]
    if not ref.startswith("refs/pull/"):
        commands[-1] = (*git, "checkout", "--quiet", "-B", short, "FETCH_HEAD")
    if depth == 0:  # FETCH_HEAD may have several refs, and means the first: name the right one
        commands.insert(3, (*git, "fetch", "--quiet", "origin", source))
    for command in commands:
        subprocess.run(command, env=environment(), check=True)


def lend_environment(workspace: Path) -> None:
    """Use the environment of the tests as .venv, so that make finds it ready."""
    venv = workspace / ".venv"
    venv.mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        venv.joinpath(part).symlink_to(Path(sys.prefix) / part)
    venv.joinpath(".ready").touch()
