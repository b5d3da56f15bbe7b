"""Whose commits a branch has: the job's own have a seal.

The seal stands in the message and is made of the commit's tree, its parent, its people
and its subject. (Not of the whole message: hooks add lines to it.) Who amends, rebases
or adds to a branch leaves a commit without a seal that fits, and the branch is theirs.
The job begins at a commit of the main branch, so under a sealed commit there are sealed
ones, down to there: the last commit tells all, in a shallow clone as well.
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
"""So many commits of the base are looked at for what a person's branch has."""


@dataclass(frozen=True, slots=True)
class BranchState:
    """The last commit of the branch, seen from the commit that it is to grow from.

    Attributes:
        commit: its id.
        fork: the commit that the job's commits begin at; itself where all is merged.
        persons: the commits of people, for a message; empty if there are none.
    """

    commit: str
    fork: str
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Commit:
    id: str
    tree: str
    parents: tuple[str, ...]
    committer: str
    author: str
    message: str

    @property
    def sealed(self) -> bool:
        """Tell whether the job made it, and nobody changed it since."""
        found = _LINE.findall(self.message)
        if not found or len(self.parents) != 1:
            return False
        people = People(self.author, self.committer)
        return bool(found[-1] == seal(self.message, self.tree, self.parents[0], people))

    def text(self) -> str:
        name = self.author.rpartition(" <")[0]
        return f"{self.id[:12]} {self.message.partition(chr(10))[0]} ({name})"


class People(NamedTuple):
    """Who a commit is by, each a name with a mail address."""

    author: str
    committer: str


def seal(message: str, tree: str, parent: str, people: People) -> str:
    """Return the seal of a commit; of its message only the first line counts."""
    subject = message.partition("\n")[0]
    text = "\0".join([tree, parent, *people, subject])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:40]


def sealed(message: str, tree: str, parent: str, people: People) -> str:
    """Return a commit's message with its seal."""
    return f"{message.rstrip()}\n\n{_TRAILER}: {seal(message, tree, parent, people)}"


def is_sealed(clone: Clone, commit: str) -> bool:
    """Tell whether a commit has a seal that fits. Raises git.GitError."""
    return next(_commits(clone, commit, "-1")).sealed


def examine(clone: Clone, branch: str, base: str) -> BranchState:
    """Look at the commits that a branch has and the base has not. Raises git.GitError."""
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
    """Tell whether the base has, or had, all that a branch changes: it was squashed, or rebased.

    That is a commit of the base in which all paths that the branch changes are as in the branch.
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


def _commits(clone: Clone, branch: str, *limits: str) -> Iterator[_Commit]:
    form = "--format=%H%n%T%n%P%n%cn <%ce>%n%an <%ae>%n%B"
    options = ("-z", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--first-parent")
    for text in clone.read("log", *options, form, branch, *limits, "--").split("\0"):
        if text:
            id_, tree, parents, committer, author, message = text.split("\n", 5)
            yield _Commit(id_, tree, tuple(parents.split()), committer, author, message)
