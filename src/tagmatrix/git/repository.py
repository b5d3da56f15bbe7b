"""A git repository, as a folder of its work tree sees it."""

from __future__ import annotations

import enum
import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.git.errors import GitError

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
