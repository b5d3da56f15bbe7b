"""Read files up to a limit, replace them atomically, and lock a folder."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEFTOVER: Final = re.compile(r"\.tagmatrix-[0-9a-f]+-.+")
"""The names of temporary files that a killed run may leave behind."""
_NAME_END: Final = 200
# https://man7.org/linux/man-pages/man7/unix.7.html; macOS has four bytes less.
_LONGEST_SOCKET: Final = 103


@contextlib.contextmanager
def input_errors(name: object) -> Iterator[None]:
    """Raise InputError, with the name of what could not be read or written, for an OSError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{name}: {error.strerror}") from None


def read_bounded(path: Path, limit: int) -> bytes:
    """Return a file's content, at most LIMIT + 1 bytes: so the caller sees that it is too long.

    Raises OSError; also for devices and pipes, which may never end.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # opening a folder fails by itself
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        return file.read(limit + 1)


def replace(path: Path, content: bytes, *, executable: bool | None = None) -> None:
    """Replace a file atomically: readers see the old content or the new.

    https://man7.org/linux/man-pages/man2/rename.2.html promises it.
    The file keeps its mode, unless `executable` says whether users may run it: all
    that may read it, or no user. A link stays, and its target is replaced. A device, a pipe or
    a socket stays, and the content is written to it. Raises OSError.
    """
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    with contextlib.suppress(FileNotFoundError):
        mode = path.stat().st_mode
        if stat.S_ISSOCK(mode):
            _send(path, content)
            return
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            path.write_bytes(content)
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A random name, not the process id: ids are used again, and a leftover would be in the way.
    # Not the whole name: file systems allow 255 bytes.
    end = os.fsdecode(os.fsencode(path.name)[-_NAME_END:])
    temporary = path.with_name(f".tagmatrix-{os.urandom(8).hex()}-{end}")
    try:
        # Not tempfile: it creates files that only their owner can read.
        with temporary.open("xb") as file:
            file.write(content)
        source = path if path.exists() else temporary
        mode = stat.S_IMODE(source.stat().st_mode)
        if executable is not None:
            mode = mode | (mode & 0o444) >> 2 if executable else mode & ~0o111
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _send(path: Path, content: bytes) -> None:
    """Send content to the process that listens at a socket. Raises OSError."""
    import socket  # noqa: PLC0415 (rarely needed)

    if len(os.fsencode(path)) > _LONGEST_SOCKET:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    with socket.socket(socket.AF_UNIX) as there:
        there.connect(os.fspath(path))
        there.sendall(content)


@contextlib.contextmanager
def exclusive(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Lock the root, so that one run at a time writes below it.

    If another run has the lock, call `waiting`, then wait. The lock is on the folder
    itself; the system releases it when the process ends, even if it is killed:
    https://man7.org/linux/man-pages/man2/flock.2.html.
    Raises InputError if the folder can't be opened.
    """
    import fcntl  # noqa: PLC0415 (Windows, where jobs of a plan run, does not have it)

    with input_errors(root):
        descriptor = os.open(root, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems have no locks
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove the temporary files of killed runs from a folder; the caller must hold its lock."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if LEFTOVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
