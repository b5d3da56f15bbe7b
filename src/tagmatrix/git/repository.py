"""Find the git repository of a folder."""

from __future__ import annotations

import enum
import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.git.process import GitError, completed, decode, refusal

if TYPE_CHECKING:
    from pathlib import Path


class NoRepository(enum.StrEnum):
    """Why there is no repository to read; the value is a clause for messages."""

    NO_PROGRAM = "there is no git program on PATH"
    OUTSIDE = "the folder is not in a git repository"
    NO_WORK_TREE = (
        "there is no git work tree here: the repository is bare, or this is its own .git folder"
    )
    REFUSED = "git refuses to read the repository"


class Repository(Struct, frozen=True, kw_only=True):
    """A git work tree, with one of its folders as the base of paths.

    Attributes:
        folder: the folder that the caller named; all paths are relative to it.
        prefix: the path of `folder` inside the repository, "" at its top.
        head: the id of the checked-out commit; None before the first commit.
        shallow: whether the clone has only a part of the history (`git clone --depth`).
        object_format: the hash function of the object ids, "sha1" or "sha256".
    """

    folder: Path
    prefix: str
    head: str | None
    shallow: bool
    object_format: str

    def full_path(self, path: str) -> str:
        """Return a path from the top of the repository, "" for the top itself.

        Raises:
            GitError: the path is outside `folder`.
        """
        inner = normal_path(path)
        if inner == ".":
            return self.prefix
        return f"{self.prefix}/{inner}" if self.prefix else inner


def locate(folder: Path) -> Repository | NoRepository:
    """Find the work tree of `folder`, with one call of git.

    Returns:
        The repository, or the reason why there is none.

    Raises:
        GitError: there may be a repository, but git refuses to read it ("dubious
            ownership"), or `folder` does not exist.
    """
    # Before the first commit, git prints nothing for HEAD and exits with 1.
    facts = ("--is-inside-work-tree", "--is-shallow-repository", "--show-object-format")
    args = ("rev-parse", *facts, "--show-prefix", "--quiet", "--verify", "HEAD")
    try:
        done = completed(folder, args)
    except GitError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return NoRepository.NO_PROGRAM
        raise
    if done.returncode not in {0, 1}:
        # The message for a broken .git file begins with the same words, but a path follows.
        if b"not a git repository (or any " in done.stderr:
            return NoRepository.OUTSIDE
        raise refusal(args[0], done.returncode, done.stderr)
    inside, shallow, object_format, *rest = decode(done.stdout).removesuffix("\n").split("\n")
    if inside != "true":
        return NoRepository.NO_WORK_TREE
    head = rest.pop() if done.returncode == 0 else None
    return Repository(
        folder=folder,
        prefix="\n".join(rest).removesuffix("/"),
        head=head,
        shallow=shallow == "true",
        object_format=object_format,
    )


def require(folder: Path) -> Repository:
    """Return the work tree of `folder`, to commit in it.

    Raises:
        InputError: there is none; the message has the reason.
        GitError: as `locate`.
    """
    return present(locate(folder))


def present(found: Repository | NoRepository) -> Repository:
    """Return a work tree that was looked for, to commit in it.

    Raises:
        InputError: there is none; the message has the reason.
    """
    if isinstance(found, NoRepository):
        raise InputError(f"cannot commit: {found.value}")
    return found


def normal_path(path: str) -> str:
    """Return the shortest form of a path, "." for the folder itself.

    >>> normal_path("./3.14//slim/")
    '3.14/slim'

    Raises:
        GitError: the path is absolute or outside the folder.
    """
    normal = posixpath.normpath(path)
    if normal == ".." or normal.startswith(("/", "../")):
        raise GitError(f"{path!r} is outside the folder")
    return normal
