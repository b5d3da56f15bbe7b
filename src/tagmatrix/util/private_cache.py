"""Files that a later run may need, in a folder of the user's cache that only the user can write.

What is read back may be code. So a folder that others can write is neither read nor written, nor
is a file that others wrote or can write: they may have left it while the folder was open to them.
Nothing is kept until a command asks for it. A failure to read or write is not an error.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from typing import TYPE_CHECKING, Final

try:
    from _blake2 import blake2b  # hashlib has the same one, and first loads all of OpenSSL
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST: Final = 16_000_000
"""A larger content, in bytes, is not kept."""
MOST: Final = 300
"""The number of files that are kept; the oldest are deleted."""
MOST_BYTES: Final = 4 * LARGEST
"""The size of all files that are kept, in bytes; the oldest are deleted."""
_DIGEST: Final = 32
_ROOT: Final = 0
_RANDOM: Final = 8
"""The random bytes in the name of a file that is being written."""
_UNFINISHED: Final = ".new"
_NEEDED: Final = ("O_DIRECTORY", "O_NOFOLLOW", "geteuid")
"""What Windows lacks, and what keeps the folder private."""

folder: Path | None = None
"""The folder; None keeps nothing."""


def is_possible(path: Path) -> bool:
    """Return whether the folder may be there: in a folder of the user or of root.

    In the home of another user, root would leave folders that this user can't write. A relative
    path depends on the working directory. The system may have too little for it. Raises OSError.
    """
    if not path.is_absolute() or not all(hasattr(os, name) for name in _NEEDED):
        return False
    if path.parent.is_symlink():  # it may lead to a folder that has other files
        return False
    above = next(each for each in path.parents if each.exists())
    return above.stat().st_uid in {os.geteuid(), _ROOT}


def get(name: str) -> bytes | None:
    """Return the content of a file; None if there is none, or if it is damaged."""
    with contextlib.suppress(OSError), _opened() as inside:
        # Not through a link, which could lead to a folder of others.
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=inside)
        with open(descriptor, "rb") as file:  # noqa: PTH123 (a descriptor)
            found = os.fstat(descriptor)
            # With a second link, another folder has the same file.
            if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and _is_private(found):
                data = file.read(LARGEST + _DIGEST)
                if data[:_DIGEST] == _digest(name, data[_DIGEST:]):
                    return data[_DIGEST:]
    return None


def put(name: str, content: bytes) -> None:
    """Keep the content of a file, which is replaced as a whole."""
    if folder is None or len(content) > LARGEST:
        return
    temporary = f"{os.urandom(_RANDOM).hex()}{_UNFINISHED}"
    with contextlib.suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with _opened() as inside:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(temporary, flags, mode=0o600, dir_fd=inside)
            try:
                with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor)
                    file.write(_digest(name, content) + content)
                os.replace(temporary, name, src_dir_fd=inside, dst_dir_fd=inside)
            except BaseException:
                os.unlink(temporary, dir_fd=inside)
                raise
            _prune(inside, name)


@contextlib.contextmanager
def _opened() -> Iterator[int]:
    """Open the folder; what is checked is what is read, even if others replace the folder.

    Raises OSError if there is none, or if others can write it.
    """
    if folder is None:
        raise FileNotFoundError
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if not _is_private(os.fstat(descriptor)):
            raise PermissionError
        yield descriptor
    finally:
        os.close(descriptor)


def _is_private(found: os.stat_result) -> bool:
    """Return whether a file or folder is the user's, and no other user can write it."""
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _prune(inside: int, written: str) -> None:
    """Delete the oldest files if there are too many, or too large ones; the one written stays.

    A clock may have been ahead: files from the future would stay for ever, so they go first.
    """
    now = time.time_ns()
    names = filter(_is_own, os.listdir(inside))
    found = [(name, os.stat(name, dir_fd=inside, follow_symlinks=False)) for name in names]

    def rank(each: tuple[str, os.stat_result]) -> tuple[bool, bool, int]:
        name, status = each
        return name == written, status.st_mtime_ns <= now, status.st_mtime_ns

    size = 0
    for number, (name, status) in enumerate(sorted(found, key=rank, reverse=True)):
        size += status.st_size
        if number >= MOST or size > MOST_BYTES:
            os.unlink(name, dir_fd=inside)


def _is_own(name: str) -> bool:
    """Return whether a file has a name that tagmatrix gives: no other is deleted."""
    kind, dash, digits = name.removesuffix(_UNFINISHED).rpartition("-")
    if name.endswith(_UNFINISHED):
        return not dash and len(digits) == 2 * _RANDOM
    return bool(kind) and len(digits) == 2 * _DIGEST and not digits.strip("0123456789abcdef")


def digest(*parts: bytes) -> bytes:
    """Return a hash of some bytes, which are kept apart."""
    found = blake2b(digest_size=_DIGEST)
    for part in parts:
        found.update(b"%d:%b" % (len(part), part))
    return found.digest()


def _digest(name: str, content: bytes) -> bytes:
    """Return a hash of a file's name and content: half a file, or another's, is damaged."""
    return digest(name.encode(), content)
