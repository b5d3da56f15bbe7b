"""Seals: they show which commits of a branch the job made.

The seal is a line of the commit message: a hash of the commit's tree, its parent, its
author, its committer and its subject. (Not of the whole message: hooks add lines to it.)
If a user amends, rebases or adds commits, the last commit has no valid seal, and the job
leaves the branch to the user. The job's commits begin at a commit of the main branch, so
below a sealed commit there are only sealed ones: the last commit is enough to decide, even
in a shallow clone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix import git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.job.clone import Clone

_TRAILER: Final = "Tagmatrix-Seal"
_LINE: Final = re.compile(rf"^{_TRAILER}: ([0-9a-f]+)\s*$", re.MULTILINE)
_SHOWN: Final = 5
_WALKED: Final = 200
"""How many commits of the base are searched for the changes of a user's branch."""


@dataclass(frozen=True, slots=True)
class BranchState:
    """The state of the branch, compared with its base.

    Attributes:
        commit: the branch's last commit.
        fork: the commit that the job's commits begin at; `commit` if all of them are merged.
        persons: the commits that users made, for a message; empty if there are none.
    """

    commit: str
    fork: str
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _SealedCommit:
    id: str
    tree: str
    parents: tuple[str, ...]
    committer: str
    author: str
    message: str

    @property
    def sealed(self) -> bool:
        """Return whether the job made the commit, and no user changed it since."""
        found = _LINE.findall(self.message)
        if not found or len(self.parents) != 1:
            return False
        people = People(self.author, self.committer)
        return bool(found[-1] == seal(self.message, self.tree, self.parents[0], people))

    def text(self) -> str:
        name = self.author.rpartition(" <")[0]
        return f"{self.id[:12]} {self.message.partition(chr(10))[0]} ({name})"


class People(NamedTuple):
    """The author and the committer of a commit, each a name with a mail address."""

    author: str
    committer: str


def seal(message: str, tree: str, parent: str, people: People) -> str:
    """Return the seal of a commit; it covers only the first line of the message."""
    subject = message.partition("\n")[0]
    text = "\0".join([tree, parent, *people, subject])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:40]


def sealed(message: str, tree: str, parent: str, people: People) -> str:
    """Return a commit's message with its seal."""
    return f"{message.rstrip()}\n\n{_TRAILER}: {seal(message, tree, parent, people)}"


def is_sealed(clone: Clone, commit: str) -> bool:
    """Return whether a commit has a valid seal. Raises git.GitError."""
    return next(_commits(clone, commit, "-1")).sealed


def examine(clone: Clone, branch: str, base: str) -> BranchState:
    """Return the state of a branch, compared with its base. Raises git.GitError."""
    if clone.has(branch, base):
        return BranchState(branch, branch)
    commits = [*_commits(clone, branch, "--not", base)]
    persons = [*takewhile(lambda commit: not commit.sealed, commits)]
    if persons:
        if _is_contained(clone, branch, base):
            return BranchState(branch, branch)
        return BranchState(branch, branch, tuple(commit.text() for commit in persons[:_SHOWN]))
    own = [*takewhile(lambda commit: commit.sealed, commits)]
    return BranchState(branch, own[-1].parents[0])


def _is_contained(clone: Clone, branch: str, base: str) -> bool:
    """Return whether the base has, or had, all changes of a branch: by a squash or a rebase.

    That is so if in a commit of the base, all paths that the branch changes equal the branch's.
    """
    try:
        fork = clone.read("merge-base", branch, base)
    except git.GitError:  # a shallow clone, or another history
        return False
    changed = _differing(clone, fork, branch)
    since = clone.read("rev-list", "--first-parent", f"--max-count={_WALKED}", base, f"^{fork}")
    return bool(changed) and any(
        changed.isdisjoint(_differing(clone, commit, branch)) for commit in since.split()
    )


def _differing(clone: Clone, one: str, other: str) -> set[str]:
    options = ("-r", "-z", "--name-only", "--no-renames")
    return set(clone.read("diff-tree", *options, one, other).split("\0")) - {""}


def _commits(clone: Clone, branch: str, *limits: str) -> Iterator[_SealedCommit]:
    form = "--format=%H%n%T%n%P%n%cn <%ce>%n%an <%ae>%n%B"
    options = ("-z", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--first-parent")
    for text in clone.read("log", *options, form, branch, *limits, "--").split("\0"):
        if text:
            id_, tree, parents, committer, author, message = text.split("\n", 5)
            yield _SealedCommit(id_, tree, tuple(parents.split()), committer, author, message)
