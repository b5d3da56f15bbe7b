"""The repository of the job: GitPython runs git, and secrets are removed from git's messages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from git import GitCommandError, GitCommandNotFound
from git.cmd import Git

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git import commits
from tagmatrix.web.addresses import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

# An unattended job must not wait for a password, or for a server that does not answer.
# See https://git-scm.com/docs/git-config, http.lowSpeedLimit.
_UNATTENDED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_HTTP_LOW_SPEED_LIMIT": "1000",
    "GIT_HTTP_LOW_SPEED_TIME": "60",
}
_SSH = (
    "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4"
)
_NETWORK = frozenset({"fetch", "ls-remote", "push"})
_TIMEOUT = 300.0
"""The timeout in seconds of a git command that connects to a remote."""


class Clone:
    """A repository with a work tree.

    Attributes:
        repository: the repository, for functions that only read it.
        top: the folder of its work tree.
        common: git's own folder, which all work trees share.
    """

    def __init__(self, repository: git.Repository) -> None:
        self.repository = repository
        options = ("rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir")
        top, common = git.decode(git.run(repository, *options)).removesuffix("\n").split("\n")
        self.top, self.common = Path(top), Path(common)
        self._unattended = dict(_UNATTENDED)
        if "GIT_SSH" not in os.environ and not self._has_own_ssh():
            self._unattended["GIT_SSH_COMMAND"] = _SSH

    def _has_own_ssh(self) -> bool:
        """Return whether git's settings have an ssh command; the job does not override it."""
        try:
            return bool(self.read("config", "--get", "core.sshCommand"))
        except git.GitError:
            return False

    def read(self, *args: str) -> str:
        """Run a git command that changes nothing; return its output. Raises git.GitError."""
        return git.decode(git.run(self.repository, *args)).removesuffix("\n")

    def write(
        self, *args: str, folder: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> str:
        """Run a git command that may change something; return its output. Raises git.GitError."""
        command = ["git", "-C", str(folder or self.top), *args]
        unattended = {
            name: value for name, value in self._unattended.items() if name not in os.environ
        }
        with commits.own_environment():
            try:
                git_ = Git(self.top)
                timeout = _TIMEOUT if args[0] in _NETWORK else None
                env = {**unattended, **(variables or {})}
                return str(git_.execute(command, env=env, kill_after_timeout=timeout))
            except GitCommandError as error:
                raise git.GitError(harmless(commits.failure_text(error))) from None
            except GitCommandNotFound:
                raise InputError(git.NoRepository.NO_PROGRAM.value) from None

    def find(self, ref: str) -> str | None:
        """Return the commit of a ref of this repository; None if there is no such ref."""
        lines = self.read("for-each-ref", "--format=%(refname) %(objectname)", ref).splitlines()
        return next((commit for name, commit in map(str.split, lines) if name == ref), None)

    def has(self, ancestor: str, commit: str) -> bool:
        """Return whether a commit has another in its history, as far as this clone has it."""
        return not self.read("rev-list", "--max-count=1", ancestor, f"^{commit}")
