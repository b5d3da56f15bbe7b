"""How the job runs git: without any user input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix import git
from tagmatrix.job.clone import Clone
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path


def asked(folder: Path) -> str:
    """Return the arguments with which git runs ssh, from a program that refuses."""
    found = git.locate(folder)
    assert isinstance(found, git.Repository)
    with pytest.raises(git.GitError):
        Clone(found).write("ls-remote", "ssh://git@example.invalid/a.git")
    return (folder / "asked").read_text()


@pytest.mark.parametrize("how", ["nothing", "setting", "variable"])
def test_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Ssh does not prompt and has a timeout; a user's setting for ssh takes precedence."""
    repo = make_repo(tmp_path / "repo")
    for name in ("ssh", "own"):
        tool = tmp_path / name
        tool.write_text(f'#!/bin/sh\necho {name} "$@" >>{repo.path}/asked\nexit 255\n')
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    if how == "setting":
        repo.git("config", "core.sshCommand", str(tmp_path / "own"))
    if how == "variable":
        monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "own"))
    said = asked(repo.path)
    assert said.startswith("ssh " if how == "nothing" else "own ")
    assert ("BatchMode=yes" in said) == (how == "nothing")


def test_a_remote_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git command that waits for a remote ends in time; the error has no password."""
    repo = make_repo(tmp_path / "repo")
    monkeypatch.setenv("GIT_SSH_COMMAND", "exec sleep 60 #")
    monkeypatch.setattr("tagmatrix.job.clone._TIMEOUT", 0.3)
    found = git.locate(repo.path)
    assert isinstance(found, git.Repository)
    with pytest.raises(git.GitError, match=r"did not complete in 0\.3 secs") as raised:
        Clone(found).write("ls-remote", "ssh://git:secret@example.invalid/a.git")
    assert "secret" not in str(raised.value)
