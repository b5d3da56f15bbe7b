"""Reading a file that somebody else wrote: a regular one, and not more of it than makes sense."""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_bounded(path: Path, limit: int) -> bytes:
    """Return a file's content, at most LIMIT + 1 bytes of it: one more than the limit tells.

    Raises OSError; also for what is no regular file and might never end.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # a folder says so by itself
        raise OSError(errno.EINVAL, "it is no regular file")
    with path.open("rb") as file:
        return file.read(limit + 1)
