"""The commit of each folder, as `git log -1 -- FOLDER` gives it, in one walk.

For one folder git goes back from HEAD along a single line: from a commit that
has the folder as a parent has it to the first such parent, until a commit has
it as no parent has. Here all folders go that way at once, each at its own
commit, while one `git log` lists every commit with its parents and with what it
changed against the first of them. That decides all but one case: what a merge
changed against its first parent may have come from another. Then that parent is
compared too, by a second git that stands ready until the walk ends.

Dates play no part in the answer. They order the list, and where clocks
disagree a parent can stand before its child; so commits are kept while a folder
may still come to them.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple, Self

from tagmatrix.git import repository as git

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

# What a user's configuration could change is said here.
_CHANGES = (
    *("-r", "-z", "--name-status", "--root", "--no-renames", "--no-relative", "--no-color"),
    *("--ignore-submodules=none", "-O/dev/null", "--encoding=UTF-8", "--no-show-signature"),
)
_LOG = (
    *("log", *_CHANGES, "--format=%x00%H %P", "--diff-merges=first-parent"),
    *("--no-decorate", "--no-mailmap"),
    # For a part of the repository, too, list every commit with its own parents.
    *("--full-history", "--sparse"),
)
_COMPARE = ("diff-tree", *_CHANGES, "--stdin", "--always")
_FEW = 20
"""So many names are looked for in a list before it is taken apart."""


def folder_commits(repo: git.Repository, folders: Collection[str]) -> dict[str, str]:
    """Find the newest commit that touched each folder.

    Args:
        repo: a repository with its whole history.
        folders: posix paths, relative to `repo.folder`.

    Returns:
        By folder, what `git log -1 --format=%H HEAD -- FOLDER` prints. What is
        not a folder in HEAD is left out: nothing there, a file, a symlink, a
        submodule.

    Raises:
        git.GitError: the history is cut off, git failed, or a path leads out
            of the repository's folder.
    """
    if repo.shallow:
        raise git.GitError(
            "the clone is shallow: its history does not tell the commit of a folder;"
            " `git fetch --unshallow` gets the rest"
        )
    if repo.head is None or not folders:
        return {}
    names = {folder: git.encode(repo.full_path(folder)) for folder in folders}
    top = posixpath.commonpath([git.normal_path(folder) for folder in folders]) or "."
    part = ("--",) if top == "." and not repo.prefix else ("--", top)
    with (
        git.Process(repo, *_LOG, repo.head, *part) as log,
        _Comparison(repo, part) as comparison,
    ):
        walk = _Walk(git.encode(repo.head), names.values(), comparison)
        walk.follow(log)
    gone: set[bytes] = set()
    if walk.perhaps_gone:
        entries = git.tree(repo, repo.head, top)
        there = {path for path, entry in entries.items() if entry.type == "tree"}
        there |= {"."} if entries else set()
        gone = walk.perhaps_gone - {git.encode(repo.full_path(path)) for path in there}
    return {
        folder: git.decode(walk.found[name])
        for folder, name in names.items()
        if name in walk.found and name not in gone
    }


class _Touched(NamedTuple):
    """The wanted folders in which something differs."""

    changed: set[bytes]
    filled: set[bytes]
    """Those of `changed` that certainly hold something now: not all was a removal."""


class _Wanted(dict[bytes, tuple[bytes, ...]]):
    """By path, the wanted folders that it is in or is; found once for each path."""

    def __init__(self, folders: Iterable[bytes]) -> None:
        super().__init__()
        self._folders = frozenset(folders)

    def __missing__(self, path: bytes) -> tuple[bytes, ...]:
        names = path.split(b"/")
        above = (b"/".join(names[:depth]) for depth in range(len(names) + 1))
        self[path] = found = tuple(folder for folder in above if folder in self._folders)
        return found

    def touched(self, listing: bytes, among: set[bytes]) -> _Touched:
        """Tell from git's list of statuses and paths which of some folders differ."""
        changed: set[bytes] = set()
        filled: set[bytes] = set()
        # Near the end few are left, and most lists can be seen not to name them.
        if listing and (len(among) > _FEW or any(folder in listing for folder in among)):
            fields = listing.split(b"\0")
            for status, path in zip(fields[::2], fields[1::2], strict=True):
                folders = self[path]
                changed.update(folders)
                if status != b"D":
                    filled.update(folders)
                    filled.discard(path)  # it is no folder then
        return _Touched(changed & among, filled & among)


class _Commit(NamedTuple):
    id: bytes
    parents: list[bytes]
    touched: _Touched
    """Against the first parent."""


class _Walk:
    """Where the folders are on their way back."""

    def __init__(self, head: bytes, folders: Iterable[bytes], comparison: _Comparison) -> None:
        self.found: dict[bytes, bytes] = {}
        self.perhaps_gone: set[bytes] = set()
        """Those found where something was removed and nothing else was seen."""
        self._wanted = _Wanted(folders)
        self._pending = set(folders)
        self._comparison = comparison
        self._waiting = {head: set(folders)}
        self._kept: dict[bytes, _Commit] = {}

    def follow(self, log: git.Process) -> None:
        """Read a log in the form of `_LOG` until each folder has its commit.

        Raises:
            git.GitError: git failed.
        """
        for record in _records(log):
            header, _, listing = record.partition(b"\0\n")
            id_, *parents = header.split()
            self._reach(_Commit(id_, parents, self._wanted.touched(listing, self._pending)))
            if not self._pending:
                return
        raise git.GitError("git log ended before the history did")

    def _reach(self, commit: _Commit) -> None:
        """Move on the folders that wait for a commit, as far as the commits are known."""
        self._kept[commit.id] = commit
        reached = [commit.id]
        while reached:
            here = self._kept.get(reached.pop())
            if here is None or here.id not in self._waiting:
                continue
            folders = self._waiting.pop(here.id)
            if not self._waiting:
                del self._kept[here.id]  # no folder can come to it any more
            for parent, moved in self._leave(here, folders):
                if moved:
                    self._waiting.setdefault(parent, moved).update(moved)
                    reached.append(parent)

    def _leave(self, commit: _Commit, folders: set[bytes]) -> Iterator[tuple[bytes, set[bytes]]]:
        """Give each parent the folders that go on to it; the rest has found its commit."""
        changed = commit.touched.changed & folders
        folders -= changed
        if commit.parents:
            yield commit.parents[0], folders
        else:
            self._pending -= folders  # nothing was there when all began: nor is it in HEAD
        for parent in commit.parents[1:]:
            if changed:
                listing = self._comparison.listing(commit.id, parent)
                differ = self._wanted.touched(listing, changed).changed
                yield parent, changed - differ
                changed = differ
        self.found.update(dict.fromkeys(changed, commit.id))
        self.perhaps_gone |= changed - commit.touched.filled
        self._pending -= changed


class _Comparison:
    """Compares a merge with any of its parents; git is started by the first question."""

    def __init__(self, repo: git.Repository, part: tuple[str, ...]) -> None:
        self._repo = repo
        self._part = part
        self._process: git.Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._process is not None:
            self._process.__exit__(*exception)

    def listing(self, commit: bytes, parent: bytes) -> bytes:
        """Return the statuses and paths in which a commit differs from a parent.

        Raises:
            git.GitError: git failed.
        """
        if self._process is None:
            self._process = git.Process(self._repo, *_COMPARE, *self._part, flush=True)
        # The commit against itself has no differences: its id alone marks the end.
        self._process.write(b"%b %b\n%b %b\n" % (commit, parent, commit, commit))
        end = commit + b"\0"
        answer = bytearray()
        # A path may look like the mark, but then it stands at an uneven place.
        while not answer.endswith(end) or answer.count(b"\0") % 2:
            if not (piece := self._process.read()):
                raise git.GitError("git diff-tree ended before it answered")
            answer += piece
        return bytes(answer[len(end) : -len(end)]).removesuffix(b"\0")


def _records(log: git.Process) -> Iterator[bytes]:
    """Split a log at the empty fields that begin its commits, as far as it is read."""
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
