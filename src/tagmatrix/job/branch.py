"""Where the branch is kept: in this repository, or at a remote. Its ref is the lock.

A branch moves only from the value that was read to another; who finds another value
there has lost against somebody else, and looks again.
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

_TIMES: Final = 3
_SAME: Final = 3
"""So often the same refusal, the ref not having moved, is no meeting but one that lasts."""
_HEAD: Final = re.compile(r"^ref: refs/heads/(\S+)\tHEAD$", re.MULTILINE)
_ID: Final = re.compile(r"\b[0-9a-f]{7,64}\b|\s+")
# What git says where two pushes meet on the other side; all else is a refusal.
_MEETING: Final = re.compile(
    r"cannot lock ref|unable to lock|failed to update ref|Unable to create '[^']*\.lock'"
    r"|reference already exists|incorrect old value|stale info|remote ref updated since"
)


@dataclass(frozen=True, slots=True)
class Heads:
    """What was read: the commit to grow from, and the branch's last; None if there is no branch."""

    base: str
    branch: str | None


class BranchStore(Protocol):
    """Where the branch is kept."""

    @property
    def base_name(self) -> str:
        """Return what the branch grows from, by name."""

    @property
    def last_error(self) -> str:
        """Return what git said when the branch could not be moved the last time."""

    def read(self) -> Heads:
        """Return where things stand now. Raises InputError."""

    def move(self, old: str | None, new: str) -> bool:
        """Move the branch, unless it is not at `old` any more: then return False.

        Raises InputError: it was refused, by a hook, a rule or a missing right.
        """


class LocalBranch:
    """The branch in this repository."""

    def __init__(self, clone: Clone, branch: str, base: str) -> None:
        self._clone, self._branch, self.base_name = clone, branch, base or "HEAD"
        self.last_error = ""

    def read(self) -> Heads:
        """Read both refs; the branch must not be checked out anywhere: its tree would be stale."""
        ref = f"refs/heads/{self._branch}"
        folder = ""
        for line in self._clone.read("worktree", "list", "--porcelain").splitlines():
            word, _, rest = line.partition(" ")
            folder = rest if word == "worktree" else folder
            if (word, rest) == ("branch", ref):
                where = "here" if Path(folder) == self._clone.top else f"in {folder}"
                raise InputError(
                    f"{self._branch} is checked out {where}; check out another branch there "
                    "first, such as the one that it grows from"
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
            raise InputError(f"{self._branch} can't be moved: {error}") from None
        return True


class RemoteBranch:
    """The branch at a remote; nothing else is pushed, and no branch here is touched."""

    def __init__(
        self, clone: Clone, workspace: Workspace, remote: str, branch: str, base: str, main: str
    ) -> None:
        """Take the remote and the branch; `base` names a commit, else it is the remote's `main`."""
        self._clone, self._workspace, self._branch = clone, workspace, branch
        self._main = "" if base else main
        self._remote = _remote(clone, remote)
        self.base_name = base or f"{harmless(remote)}/{main}"
        self.last_error = ""
        self._refusals: list[str] = []

    def read(self) -> Heads:
        """Fetch what is needed into refs of this run alone."""
        for _ in range(_TIMES - 1):
            with contextlib.suppress(git.GitError):  # a branch may have gone since it was listed
                fetched = self._fetch()
                break
        else:
            fetched = self._fetch()
        refs = self._workspace.refs
        branch = self._clone.find(f"{refs}/branch") if "branch" in fetched else None
        named = f"{refs}/base" if self._main else self.base_name
        return Heads(git.resolve(self._clone.repository, named), branch)

    def move(self, old: str | None, new: str) -> bool:
        """Push with a lease on the old value; an empty one says that there is none."""
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
            lasts = self._refusals[-_SAME:] == [self._refusals[-1]] * _SAME
            if _MEETING.search(self.last_error) and not lasts:
                return False
            raise InputError(f"{self._branch} can't be pushed: {error}") from None
        return True

    def _list(self) -> dict[str, str]:
        names = [f"refs/heads/{name}" for name in (self._branch, self._main) if name]
        listing = self._clone.write("ls-remote", self._remote, *names)
        found = (line.split("\t") for line in listing.splitlines() if "\t" in line)
        return {ref: commit for commit, ref in found if ref in names}

    def _fetch(self) -> frozenset[str]:
        """Fetch `branch` and `base`; return which of them are there."""
        there = self._list()
        wanted = {"branch": self._branch, "base": self._main}
        names = {name: ref for name, ref in wanted.items() if ref and f"refs/heads/{ref}" in there}
        if self._main and "base" not in names:
            raise InputError(
                f"{self.base_name}: there is no such branch; name what the new one grows from: "
                "--base REF"
            )
        # Not into the refs that `git fetch` writes: another run may be writing them.
        refs = [f"+refs/heads/{ref}:{self._workspace.refs}/{name}" for name, ref in names.items()]
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
        if refs:
            self._clone.write(
                *("fetch", *options, "--no-recurse-submodules", "--refmap=", self._remote, *refs)
            )
        return frozenset(names)


def default_branch(clone: Clone, remote: str) -> str:
    """Return the branch that a remote calls its own. Raises InputError."""
    listing = clone.write("ls-remote", "--symref", _remote(clone, remote), "HEAD")
    match = _HEAD.search(listing)
    if match is None:
        raise InputError(
            f"{harmless(remote)} does not say which its main branch is; name what the branch "
            "grows from: --base REF"
        )
    return match[1]


def _remote(clone: Clone, name: str) -> str:
    """Return a remote as git takes it from any folder; raises InputError."""
    if not name or name.startswith("-"):
        raise InputError(f"--push {name!r} is no remote; name one, such as origin")
    if name not in clone.read("remote").splitlines() and Path(name).is_dir():
        return str(Path(name).resolve())
    return name
