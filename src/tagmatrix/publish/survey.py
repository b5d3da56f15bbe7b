"""The files below `library/` on disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.errors import InputError
from tagmatrix.header import HEAD_BYTES
from tagmatrix.publish import ownership
from tagmatrix.util.files import LEFTOVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.publish.ownership import Named


class Survey(NamedTuple):
    """The files below a folder.

    Attributes:
        files: regular files.
        obstacles: symbolic links, which are never followed, and devices.
        leftovers: temporary files of killed runs.
    """

    files: frozenset[str]
    obstacles: frozenset[str]
    leftovers: tuple[str, ...]


def survey_of(root: Path, top: str) -> Survey:
    """Return the files below ROOT/top; paths are relative to the root.

    Raises InputError if something can't be read.
    """
    files: set[str] = set()
    obstacles: set[str] = set()
    leftovers: list[str] = []
    folders = [top]
    if (root / top).is_symlink():
        raise InputError(f"{top} is a symbolic link; replace it with a folder")
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise InputError(f"{folder}: {error.strerror}") from None
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif LEFTOVER.fullmatch(entry.name):
                leftovers.append(path)
            elif not entry.is_file(follow_symlinks=False):
                obstacles.add(path)
            else:
                files.add(path)
    return Survey(frozenset(files), frozenset(obstacles), tuple(sorted(leftovers)))


def present(root: Path, there: Survey, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of those files that exist."""
    return {path: read(root, path) for path in paths if path in there.files}


def read(root: Path, path: str, size: int = -1) -> bytes:
    """Return a file's content, or its first bytes. Raises InputError."""
    return read_with_mode(root, path, size)[0]


def is_own(root: Path, path: str, names: Named) -> bool:
    """Return whether tagmatrix wrote a file. Raises InputError.

    A file that no header names may be huge, so only its own header is read.
    """
    content = read(root, path, -1 if path in names else HEAD_BYTES)
    return ownership.is_own(path, content, names)


def read_with_mode(root: Path, path: str, size: int = -1) -> tuple[bytes, bool]:
    """Return a file's content, and its owner's executable bit: the only bit that git stores.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    try:
        # Strings are faster than Path objects, and this runs for every file.
        with open(os.path.join(root, path), "rb") as file:
            return file.read(size), bool(os.fstat(file.fileno()).st_mode & stat.S_IXUSR)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
