"""The branch of the job, in this repository or at a remote. Its ref is the lock.

A run moves the branch only if it still has the commit that the run has read. Otherwise
another run or a user was faster, and the run starts again.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.web.addresses import harmless

if TYPE_CHECKING:
    from tagmatrix.job.clone import Clone
    from tagmatrix.job.workspace import Workspace

_FETCH_TRIES: Final = 3
_SAME_REFUSALS: Final = 3
"""The same refusal so many times, with an unmoved ref, is permanent: no other push caused it."""
_HEAD: Final = re.compile(r"^ref: refs/heads/(\S+)\tHEAD$", re.MULTILINE)
_ID: Final = re.compile(r"\b[0-9a-f]{7,64}\b|\s+")
# Git's messages when two pushes collide at the remote; any other message is a refusal.
_COLLISION: Final = re.compile(
    r"cannot lock ref|unable to lock|failed to update ref|Unable to create '[^']*\.lock'"
    r"|reference already exists|incorrect old value|stale info|remote ref updated since"
)


@dataclass(frozen=True, slots=True)
class Heads:
    """The commit to start from, and the branch's last commit; None for a missing branch."""

    base: str
    branch: str | None


class BranchStore(Protocol):
    """The place of the branch: this repository, or a remote."""

    @property
    def base_name(self) -> str:
        """Return the name of the commit or branch that the branch starts from."""

    @property
    def last_error(self) -> str:
        """Return git's message from the last time that the branch could not be moved."""

    def read(self) -> Heads:
        """Return the present commits. Raises InputError."""

    def move(self, old: str | None, new: str) -> bool:
        """Move the branch from `old` to `new`; return False if it is no longer at `old`.

        Raises InputError if a hook, a rule or a missing permission refuses the move.
        """


class LocalBranch:
    """The branch in this repository."""

    def __init__(self, clone: Clone, branch: str, base: str) -> None:
        self._clone, self._branch, self.base_name = clone, branch, base or "HEAD"
        self.last_error = ""

    def read(self) -> Heads:
        """Read both refs.

        Raises InputError if the branch is checked out: its work tree would become stale.
        """
        ref = f"refs/heads/{self._branch}"
        folder = ""
        for line in self._clone.read("worktree", "list", "--porcelain").splitlines():
            word, _, rest = line.partition(" ")
            folder = rest if word == "worktree" else folder
            if (word, rest) == ("branch", ref):
                where = "here" if Path(folder) == self._clone.top else f"in {folder}"
                raise InputError(
                    f"{self._branch} is checked out {where}; check out another branch there "
                    "first, such as the one that it starts from"
                )
        return Heads(git.resolve(self._clone.repository, self.base_name), self._clone.find(ref))

    def move(self, old: str | None, new: str) -> bool:
        """Move the branch by compare and swap."""
        ref = f"refs/heads/{self._branch}"
        try:
            self._clone.write(
                *("update-ref", "--create-reflog", "-m", "tagmatrix regenerate"),
                *(ref, new, old or "0" * len(new)),
            )
        except git.GitError as error:
            self.last_error = str(error)
            now = self._clone.find(ref)
            if now != old:
                return now == new
            raise InputError(f"cannot move {self._branch}: {error}") from None
        return True


class RemoteBranch:
    """The branch at a remote; the run pushes nothing else, and changes no local branch."""

    def __init__(
        self, clone: Clone, workspace: Workspace, remote: str, branch: str, base: str, main: str
    ) -> None:
        """Keep the remote and the branch; `base` is the commit to start from, else `main` is.

        `main` is a branch of the remote.
        """
        self._clone, self._workspace, self._branch = clone, workspace, branch
        self._main = "" if base else main
        self._remote = _remote(clone, remote)
        self.base_name = base or f"{harmless(remote)}/{main}"
        self.last_error = ""
        self._refusals: list[str] = []

    def read(self) -> Heads:
        """Fetch the branch and the base into refs that only this run uses."""
        for _ in range(_FETCH_TRIES - 1):
            with contextlib.suppress(git.GitError):  # a branch may vanish after it was listed
                fetched = self._fetch()
                break
        else:
            fetched = self._fetch()
        refs = self._workspace.refs
        branch = self._clone.find(f"{refs}/branch") if "branch" in fetched else None
        named = f"{refs}/base" if self._main else self.base_name
        return Heads(git.resolve(self._clone.repository, named), branch)

    def move(self, old: str | None, new: str) -> bool:
        """Push with a lease on the old value; an empty lease means that the branch must not exist.

        See https://git-scm.com/docs/git-push, --force-with-lease.
        """
        ref = f"refs/heads/{self._branch}"
        lease = f"--force-with-lease={ref}:{old or ''}"
        options = ("--porcelain", "--no-follow-tags", "--no-recurse-submodules", lease)
        try:
            self._clone.write("push", *options, self._remote, f"{new}:{ref}")
        except git.GitError as error:
            now = self._list().get(ref)
            if now == new:
                return True
            self.last_error = str(error)
            if now != old:
                self._refusals.clear()
                return False
            self._refusals.append(_ID.sub(" ", self.last_error))
            lasts = self._refusals[-_SAME_REFUSALS:] == [self._refusals[-1]] * _SAME_REFUSALS
            if _COLLISION.search(self.last_error) and not lasts:
                return False
            raise InputError(f"cannot push {self._branch}: {error}") from None
        return True

    def _list(self) -> dict[str, str]:
        names = [f"refs/heads/{name}" for name in (self._branch, self._main) if name]
        listing = self._clone.write("ls-remote", self._remote, *names)
        found = (line.split("\t") for line in listing.splitlines() if "\t" in line)
        return {ref: commit for commit, ref in found if ref in names}

    def _fetch(self) -> frozenset[str]:
        """Fetch `branch` and `base`; return which of them exist."""
        there = self._list()
        wanted = {"branch": self._branch, "base": self._main}
        names = {name: ref for name, ref in wanted.items() if ref and f"refs/heads/{ref}" in there}
        if self._main and "base" not in names:
            raise InputError(
                f"{self.base_name}: no such branch; name the commit that the new branch starts "
                "from: --base REF"
            )
        # Do not use the refs that `git fetch` writes by default: another run may write them now.
        refs = [f"+refs/heads/{ref}:{self._workspace.refs}/{name}" for name, ref in names.items()]
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
        if refs:
            self._clone.write(
                *("fetch", *options, "--no-recurse-submodules", "--refmap=", self._remote, *refs)
            )
        return frozenset(names)


def default_branch(clone: Clone, remote: str) -> str:
    """Return the main branch of a remote. Raises InputError."""
    listing = clone.write("ls-remote", "--symref", _remote(clone, remote), "HEAD")
    match = _HEAD.search(listing)
    if match is None:
        raise InputError(
            f"{harmless(remote)} has no default branch; name the commit that the branch starts "
            "from: --base REF"
        )
    return match[1]


def _remote(clone: Clone, name: str) -> str:
    """Return a remote in a form that git accepts in any folder; raises InputError."""
    if not name or name.startswith("-"):
        raise InputError(f"--push: invalid remote {name!r}; name a remote, such as origin")
    if name not in clone.read("remote").splitlines() and Path(name).is_dir():
        return str(Path(name).resolve())
    return name
