"""Reading with a bound, writing in one step, and a lock for a folder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEFTOVER: Final = re.compile(r"\.tagmatrix-[0-9a-f]+-.+")
"""The names of files that a killed run may leave behind."""


def read_bounded(path: Path, limit: int) -> bytes:
    """Return a file's content, at most LIMIT + 1 bytes of it: one more than the limit tells.

    Raises OSError; also for what is no regular file and might never end.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # a folder says so by itself
        raise OSError(errno.EINVAL, "it is no regular file")
    with path.open("rb") as file:
        return file.read(limit + 1)


def replace(path: Path, content: bytes, *, executable: bool = True) -> None:
    """Write a file in one step: readers see the old content or the new.

    Its mode stays, without executable bits if it shall not be `executable`.
    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not the process: its number comes again, and then what it left behind is in the way.
    temporary = path.with_name(f".tagmatrix-{os.urandom(8).hex()}-{path.name}")
    try:
        # Not tempfile: its files are for their owner alone, these get the usual mode.
        with temporary.open("xb") as file:
            file.write(content)
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            temporary.chmod(mode if executable else mode & ~0o111)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def exclusive(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Let one run at a time write below the root; a second one says so by `waiting`, and waits.

    The lock is on the folder itself and ends with the process, however it ends.
    Raises InputError if the folder can't be opened.
    """
    try:
        descriptor = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"{root}: {error.strerror}") from None
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what killed runs left in a folder; to be called while it is locked."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if LEFTOVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
