"""What git knows of the folders of a plan: commits, dates, hashes, changes on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.layout import ROOT
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.layout import Layout
    from tagmatrix.plan.images import PlanImage


class GitFacts:
    """What git knows of the folders."""

    def __init__(self, in_head: LibraryInHead, folders: set[str]) -> None:
        repository = in_head.repository
        self._in_head = in_head
        self._dirty: set[str] = set()
        self._absent = isinstance(repository, git.NoRepository)
        self.prefix = ""
        self._epochs: dict[str, int] = {}
        if isinstance(repository, git.NoRepository) or repository.head is None:
            return
        self.prefix = repository.prefix
        self._dirty = _dirty(repository, folders, in_head.layout)
        self._epochs = epochs(repository, dict.fromkeys(in_head.commits.values()))

    def is_dirty(self, path: str) -> bool:
        """Return whether a folder differs from HEAD."""
        return path in self._dirty

    def commit(self, path: str) -> str | None:
        """Return the newest commit of a folder; None if HEAD has another content."""
        return None if path in self._dirty else self._in_head.commits.get(path)

    def epoch(self, path: str) -> int | None:
        """Return the date of that commit."""
        return self._epochs.get(self.commit(path) or "")

    def tree(self, path: str) -> str | None:
        """Return the hash of a folder's content; None if HEAD has another content."""
        entry = self._in_head.tree.get(path)
        return None if entry is None or path in self._dirty else entry.object_id

    def warnings(self, images: Sequence[PlanImage]) -> Iterable[str]:
        """Yield why builds have no commit."""
        without = [image.name for image in images if image.commit is None]
        if not without:
            return
        if isinstance(self._in_head.repository, git.NoRepository):
            why = self._in_head.repository.value
        elif self._in_head.repository.shallow:
            why = "the clone is shallow (to get its history: git fetch --unshallow)"
        else:
            why = "their folders are not committed as they are on disk"
        yield (f"{few(without)}: builds without a commit, a date and a key, because {why}")


def _dirty(repository: git.Repository, folders: set[str], layout: Layout) -> set[str]:
    """Return the folders in which a file differs from HEAD, or is not in HEAD."""
    options = ("--porcelain", "-z", "--untracked-files=all", "--no-renames")
    listing = git.decode(git.run(repository, "status", *options, "--", *layout.roots))
    found: set[str] = {ROOT} & folders if listing else set()
    for entry in listing.split("\0")[:-1]:
        path = entry[3:]
        path = path.removeprefix(f"{repository.prefix}/") if repository.prefix else path
        while path := path.rpartition("/")[0]:
            if path in folders:
                found.add(path)
    return found


def epochs(repository: git.Repository, commits: Iterable[str]) -> dict[str, int]:
    """Return the dates of commits."""
    wanted = list(commits)
    if not wanted:
        return {}
    options = ("--no-walk=unsorted", "--format=%H %ct", "--no-decorate", "--no-show-signature")
    stdin = git.encode("\n".join(wanted) + "\n")
    log = git.run(repository, "log", *options, "--stdin", stdin=stdin)
    lines = (line.split(" ") for line in git.decode(log).splitlines())
    return {commit: int(date) for commit, date in lines}
