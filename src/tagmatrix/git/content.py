"""Read the files and objects of a git repository.

Paths are posix and relative to the repository's `folder`; bytes that are not UTF-8
become surrogates (https://peps.python.org/pep-0383/).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from tagmatrix.git.errors import GitError
from tagmatrix.git.process import completed, decode, encode, run
from tagmatrix.git.repository import normal_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.git.repository import Repository

# The output of `cat-file` for an object, and for a broken link or one that leads out of the
# commit: https://git-scm.com/docs/git-cat-file#_batch_output
_OBJECT = re.compile(rb"(?P<id>[0-9a-f]{40,64}) (?P<type>[a-z]+) (?P<size>[0-9]+)\n")
_BROKEN_LINK = re.compile(rb"(?:symlink|dangling|loop|notdir) (?P<size>[0-9]+)\n")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


T = TypeVar("T")


class _Kept(Generic[T]):
    """What a commit has: it never changes, so that a command asks git for it once.

    Only the newest answers are kept, and only those for whole ids of commits.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[tuple[str, str, str], T] = {}

    def get(self, repo: Repository, commit: str, path: str) -> T | None:
        return self._values.get(self._key(repo, commit, path))

    def put(self, repo: Repository, commit: str, path: str, value: T) -> None:
        if _COMMIT.fullmatch(commit):
            self._values[self._key(repo, commit, path)] = value
            for key in [*self._values][: -self._most]:
                self._values.pop(key, None)

    def _key(self, repo: Repository, commit: str, path: str) -> tuple[str, str, str]:
        # Absolute: another process folder is another repository.
        return os.path.abspath(repo.folder), commit, path  # noqa: PTH100 (resolves no links)


class TreeEntry(NamedTuple):
    """The entry of a commit's tree at a path.

    `mode` is `100644`, `100755`, `120000` (symlink), `040000` (folder) or
    `160000` (submodule); `type` is `blob`, `tree` or `commit` (submodule).
    """

    mode: str
    type: str
    object_id: str


_TREES: Final = _Kept[dict[str, TreeEntry]](4)
_FILES: Final = _Kept[bytes](16)


class GitObject(NamedTuple):
    """An object of git; `content` is empty unless it was requested."""

    id: str
    type: str
    size: int
    content: bytes


def tree(repo: Repository, commit: str, path: str = ".") -> dict[str, TreeEntry]:
    """List the entries of a commit at a path and below it, folders included.

    Returns:
        The entries by path, without "."; empty if the commit does not have the
        path.

    Raises:
        GitError: there is no such commit, or the path is outside the folder.
    """
    if kept := _TREES.get(repo, commit, path):
        return dict(kept)
    full = repo.full_path(path)
    listing = run(repo, "ls-tree", "-r", "-t", "-z", "--full-name", commit, "--", normal_path(path))
    entries: dict[str, TreeEntry] = {}
    for line in decode(listing).split("\0")[:-1]:
        fields, _, name = line.partition("\t")
        # Git lists the parent folders of the path as well.
        below = not full or name.startswith(f"{full}/")
        if below or (name == full and full != repo.prefix):
            mode, kind, object_id = fields.split(" ")
            entries[_relative(repo, name)] = TreeEntry(mode, kind, object_id)
    _TREES.put(repo, commit, path, dict(entries))
    return entries


def tracked_files(repo: Repository, path: str = ".") -> frozenset[str]:
    """Return the paths of the files in the index, at a path and below it.

    Raises:
        GitError: git can't read the index, or the path is outside the folder.
    """
    listing = run(repo, "ls-files", "-z", "--", normal_path(path))
    return frozenset(decode(listing).split("\0")[:-1])


def show(repo: Repository, rev: str, path: str) -> bytes | None:
    """Return the content of a file in a revision, without any conversion.

    Returns:
        The bytes; None if the revision has no file at the path.

    Raises:
        GitError: there is no such revision, or the path is outside the folder.
    """
    return show_all(repo, rev, [path])[0]


def show_all(repo: Repository, rev: str, paths: Sequence[str]) -> list[bytes | None]:
    """Return the contents of files in a revision, as `show`, with one call of git."""
    new = [path for path in paths if _FILES.get(repo, rev, path) is None]
    names = [f"{rev}:{repo.full_path(path)}" for path in new]
    if broken := next((name for name in names if "\n" in name), ""):
        raise GitError(f"can't look up a name with a line break in git: {broken!r}")
    if not rev or rev.startswith(":"):  # git would read the index instead
        raise GitError(f"unknown git revision {rev!r}")
    found = dict[str, GitObject | None]()
    if new:
        # The tree as well: without it, git would be started again for a file that is missing.
        *read, there = objects(repo, [*names, f"{rev}^{{tree}}"], content=True)
        if there is None:
            raise GitError(f"unknown git revision {rev!r}")
        found = dict(zip(new, read, strict=True))
    contents = {path: _FILES.get(repo, rev, path) for path in paths}
    for path, item in found.items():
        if item and item.type == "blob":
            contents[path] = item.content
            _FILES.put(repo, rev, path, item.content)
    return [contents[path] for path in paths]


def objects(
    repo: Repository, names: Iterable[str], *, content: bool = False, follow_symlinks: bool = False
) -> list[GitObject | None]:
    """Look up objects, with one call of git; None for a name without an object.

    Args:
        repo: the repository.
        names: ids, or names such as `COMMIT:PATH`, without line breaks.
        content: whether to read the contents too.
        follow_symlinks: whether to return what a symlink in a commit leads to.

    Raises:
        GitError: git failed.
    """
    names = list(names)
    options = ["--batch" if content else "--batch-check"]
    if follow_symlinks:
        options.append("--follow-symlinks")
    answer = run(repo, "cat-file", *options, stdin=encode("".join(f"{name}\n" for name in names)))
    found: list[GitObject | None] = []
    at = 0
    for _ in names:
        if header := _OBJECT.match(answer, at):
            at, size = header.end(), int(header["size"])
            text = b""
            if content:
                text = answer[at : at + size]
                at += size + 1
            found.append(GitObject(decode(header["id"]), decode(header["type"]), size, text))
            continue
        if link := _BROKEN_LINK.match(answer, at):
            at = link.end() + int(link["size"]) + 1
        else:  # "NAME missing", "NAME ambiguous"
            at = answer.index(b"\n", at) + 1
        found.append(None)
    return found


def keeps_modes(repo: Repository) -> bool:
    """Return whether git tracks executable bits; some file systems have none.

    See https://git-scm.com/docs/git-config, core.fileMode.
    """
    found = run(repo, "config", "--type=bool", "--default=true", "--get", "core.fileMode")
    return decode(found).strip() == "true"


def run_bits(repo: Repository, path: str) -> dict[str, bool]:
    """Return the files in the index at a path and below it, and whether users may run them.

    Raises:
        GitError: git can't read the index, or the path is outside the folder.
    """
    listing = decode(run(repo, "ls-files", "--stage", "-z", "--", normal_path(path)))
    entries = (entry.partition("\t") for entry in listing.split("\0")[:-1])
    return {name: fields.startswith("100755 ") for fields, _, name in entries}


def resolve(repo: Repository, rev: str) -> str:
    """Return the commit id of a revision.

    Raises:
        GitError: there is no such commit.
    """
    if rev and not rev.startswith(":") and "\n" not in rev:
        (found,) = objects(repo, [f"{rev}^{{commit}}"])
        if found:
            return found.id
    raise GitError(f"unknown git revision {rev!r}")


def includes(repo: Repository, revision: str, commit: str) -> bool:
    """Return whether a revision has a commit in its history; it has not if git knows neither."""
    if not (_COMMIT.fullmatch(revision) and _COMMIT.fullmatch(commit)):
        return False
    done = completed(repo.folder, ("merge-base", "--is-ancestor", commit, revision))
    return done.returncode == 0


def blob_id(content: bytes, object_format: str = "sha1") -> str:
    """Return the id of a git blob with this content.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects

    >>> blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    import hashlib  # noqa: PLC0415 (it loads OpenSSL, and few commands hash)

    digest = hashlib.new(object_format, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def _relative(repo: Repository, full: str) -> str:
    return full.removeprefix(f"{repo.prefix}/") if repo.prefix else full
