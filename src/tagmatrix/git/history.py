"""The newest commit of each folder, as `git log -1 -- FOLDER` prints it, in one walk.

For one folder git follows a single line of commits from HEAD. If the folder is the same
in a commit and in one of its parents, git goes on to the first such parent. The
first commit whose folder differs from that of every parent is the result (history
simplification: https://git-scm.com/docs/git-log#_history_simplification).

This module follows the lines of all folders at once. One `git log` lists every commit
with its parents and with its changes against the first parent. One case needs more:
a change of a merge against its first parent may come from another parent. A second
git, which runs until the walk ends, compares the merge with that parent too.

Dates do not change the result, only the order of the list. If clocks disagree, the
list may have a parent before its child. So the walk keeps each commit that a folder
may still reach.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple, Self

from tagmatrix import git

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

# Each option overrides a setting that users may have.
_CHANGES = (
    *("-r", "-z", "--name-status", "--root", "--no-renames", "--no-relative", "--no-color"),
    *("--ignore-submodules=none", "-O/dev/null", "--encoding=UTF-8", "--no-show-signature"),
)
_LOG = (
    *("log", *_CHANGES, "--format=%x00%H %P", "--diff-merges=first-parent"),
    *("--no-decorate", "--no-mailmap"),
    # List every commit with its own parents, also for a part of the repository.
    *("--full-history", "--sparse"),
)
_COMPARE = ("diff-tree", *_CHANGES, "--stdin", "--always")
_FEW = 20
"""With at most this many folders left, search a list for their names before splitting it."""


def folder_commits(
    repo: git.Repository, folders: Collection[str], *, kind: str = "tree"
) -> dict[str, str]:
    """Find the newest commit that touched each folder.

    Args:
        repo: a repository with its whole history.
        folders: posix paths, relative to `repo.folder`.
        kind: git's type of what they are; "blob" for files instead of folders.

    Returns:
        By folder, the output of `git log -1 --format=%H HEAD -- FOLDER`. The
        result has no path that is not a folder in HEAD: one that does not
        exist, a file, a symlink, a submodule.

    Raises:
        git.GitError: the clone is shallow, git failed, or a path is outside
            the repository's folder.
    """
    if repo.shallow:
        raise git.GitError(
            "the clone is shallow: finding the newest commit of a folder needs the whole"
            " history; run `git fetch --unshallow`"
        )
    if repo.head is None or not folders:
        return {}
    names = {folder: git.encode(repo.full_path(folder)) for folder in folders}
    top = posixpath.commonpath([git.normal_path(folder) for folder in folders]) or "."
    part = ("--",) if top == "." and not repo.prefix else ("--", top)
    with (
        git.GitProcess(repo, *_LOG, repo.head, *part) as log,
        _Parents(repo, part) as comparison,
    ):
        walk = _Walk(git.encode(repo.head), names.values(), comparison)
        walk.follow(log)
    gone: set[bytes] = set()
    if walk.perhaps_gone:
        entries = git.tree(repo, repo.head, top)
        there = {path for path, entry in entries.items() if entry.type == kind}
        there |= {"."} if entries and kind == "tree" else set()
        gone = walk.perhaps_gone - {git.encode(repo.full_path(path)) for path in there}
    return {
        folder: git.decode(walk.found[name])
        for folder, name in names.items()
        if name in walk.found and name not in gone
    }


class _Touched(NamedTuple):
    """The wanted folders with differences."""

    changed: set[bytes]
    filled: set[bytes]
    """The folders in `changed` that are certainly not empty now: a file was added or modified."""


class _Wanted(dict[bytes, tuple[bytes, ...]]):
    """By path, the wanted folders that contain or equal it; computed once for each path."""

    def __init__(self, folders: Iterable[bytes]) -> None:
        super().__init__()
        self._folders = frozenset(folders)

    def __missing__(self, path: bytes) -> tuple[bytes, ...]:
        names = path.split(b"/")
        above = (b"/".join(names[:depth]) for depth in range(len(names) + 1))
        self[path] = found = tuple(folder for folder in above if folder in self._folders)
        return found

    def touched(self, listing: bytes, among: set[bytes]) -> _Touched:
        """Return which of some folders differ, given git's list of statuses and paths."""
        changed: set[bytes] = set()
        filled: set[bytes] = set()
        # Near the end few folders are left. A search shows that most lists do not have them.
        if listing and (len(among) > _FEW or any(folder in listing for folder in among)):
            fields = listing.split(b"\0")
            for status, path in zip(fields[::2], fields[1::2], strict=True):
                folders = self[path]
                changed.update(folders)
                if status != b"D":
                    filled.update(folders)
                    filled.discard(path)  # this path is a file or a submodule, not a folder
        return _Touched(changed & among, filled & among)


class _Logged(NamedTuple):
    id: bytes
    parents: list[bytes]
    touched: _Touched
    """The differences from the first parent."""


class _Walk:
    """The walk back through history: the commit that each folder has reached."""

    def __init__(self, head: bytes, folders: Iterable[bytes], comparison: _Parents) -> None:
        self.found: dict[bytes, bytes] = {}
        self.perhaps_gone: set[bytes] = set()
        """Folders whose commit only removed files: HEAD may not have the folder."""
        self._wanted = _Wanted(folders)
        self._pending = set(folders)
        self._comparison = comparison
        self._waiting = {head: set(folders)}
        self._kept: dict[bytes, _Logged] = {}

    def follow(self, log: git.GitProcess) -> None:
        """Read the output of `_LOG` until each folder has its commit.

        Raises:
            git.GitError: git failed.
        """
        for record in _records(log):
            header, _, listing = record.partition(b"\0\n")
            id_, *parents = header.split()
            self._reach(_Logged(id_, parents, self._wanted.touched(listing, self._pending)))
            if not self._pending:
                return
        raise git.GitError("git log ended before it listed the whole history")

    def _reach(self, commit: _Logged) -> None:
        """Move the folders that wait for a commit back, as far as the commits are known."""
        self._kept[commit.id] = commit
        reached = [commit.id]
        while reached:
            here = self._kept.get(reached.pop())
            if here is None or here.id not in self._waiting:
                continue
            folders = self._waiting.pop(here.id)
            if not self._waiting:
                del self._kept[here.id]  # no folder can reach it any more
            for parent, moved in self._leave(here, folders):
                if moved:
                    self._waiting.setdefault(parent, moved).update(moved)
                    reached.append(parent)

    def _leave(self, commit: _Logged, folders: set[bytes]) -> Iterator[tuple[bytes, set[bytes]]]:
        """Yield each parent with the folders that move to it; record the commit of the others."""
        changed = commit.touched.changed & folders
        folders -= changed
        if commit.parents:
            yield commit.parents[0], folders
        else:
            self._pending -= folders  # the history never had these folders, so HEAD has none
        for parent in commit.parents[1:]:
            if changed:
                listing = self._comparison.listing(commit.id, parent)
                differ = self._wanted.touched(listing, changed).changed
                yield parent, changed - differ
                changed = differ
        self.found.update(dict.fromkeys(changed, commit.id))
        self.perhaps_gone |= changed - commit.touched.filled
        self._pending -= changed


class _Parents:
    """Compares a merge with its parents; the first comparison starts git."""

    def __init__(self, repo: git.Repository, part: tuple[str, ...]) -> None:
        self._repo = repo
        self._part = part
        self._process: git.GitProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process is not None:
            self._process.__exit__(*exception)

    def listing(self, commit: bytes, parent: bytes) -> bytes:
        """Return the statuses and paths of the differences between a commit and a parent.

        Raises:
            git.GitError: git failed.
        """
        if self._process is None:
            self._process = git.GitProcess(self._repo, *_COMPARE, *self._part, flush=True)
        # A commit compared with itself has no differences: the id alone marks the end.
        self._process.write(b"%b %b\n%b %b\n" % (commit, parent, commit, commit))
        end = commit + b"\0"
        answer = bytearray()
        # A path may look like the mark, but a path has an odd number of fields before it.
        while not answer.endswith(end) or answer.count(b"\0") % 2:
            if not (piece := self._process.read()):
                raise git.GitError("git diff-tree ended before it printed the whole comparison")
            answer += piece
        return bytes(answer[len(end) : -len(end)]).removesuffix(b"\0")


def _records(log: git.GitProcess) -> Iterator[bytes]:
    """Yield the commits of a log while git prints it; an empty field begins each of them."""
    unread = bytearray()
    while piece := log.read():
        searched = max(len(unread) - 1, 0)
        unread += piece
        end = unread.rfind(b"\0\0", searched)
        if end >= 0:
            yield from bytes(unread[:end]).lstrip(b"\0").split(b"\0\0")
            del unread[: end + 2]
    if unread:
        yield bytes(unread).strip(b"\0")
