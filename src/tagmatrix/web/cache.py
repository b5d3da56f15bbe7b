"""Fetched bodies on disk: for conditional requests and for --offline.

Commands work without the cache: a file that can't be read or written counts as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.util.files import exclusive, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TAG: Final = "CACHEDIR.TAG"
# https://bford.info/cachedir/
_SIGNATURE: Final = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is tagmatrix's cache; delete it.\n"
)
LARGEST: Final = 4_000_000
"""A larger body, in bytes, is not kept."""
MOST: Final = 300
"""The number of bodies that are kept; the oldest are deleted."""


class CacheEntry(Struct, frozen=True):
    """A body, and the validators that a conditional request sends.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1

    `following` is the address of the next page, which the answer to such a request may lack.
    """

    body: bytes
    etag: str = ""
    last_modified: str = ""
    following: str = ""


class Cache:
    """A folder with a file for each address."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most
        self._lock = threading.Lock()

    def get(self, url: str) -> CacheEntry | None:
        """Return the entry of an address; None if there is none, or if it is damaged."""
        try:
            head_line, _, body = self._path(url).read_bytes().partition(b"\n")
            head = json.loads(head_line)
            values = (str(head[name]) for name in ("etag", "last_modified", "following"))
            entry = CacheEntry(body, *values)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return entry if head == _head(url, entry) else None

    def confirmed(self, url: str) -> float:
        """Return when upstream last confirmed an entry, as Unix time; 0 without an entry."""
        return _modified(self._path(url))

    def confirm(self, url: str) -> None:
        """Note that upstream has confirmed the entry now."""
        with contextlib.suppress(OSError):
            os.utime(self._path(url))

    def put(self, url: str, entry: CacheEntry) -> None:
        """Keep a body. Each file is replaced as a whole, so it is never half-written."""
        if len(entry.body) > LARGEST:
            return
        head = json.dumps(_head(url, entry)).encode()
        with self._lock, contextlib.suppress(OSError):
            if not (self._folder / _TAG).exists():
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace(self._folder / _TAG, _SIGNATURE)
            replace(self._path(url), head + b"\n" + entry.body)
            self._prune()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the folder, so that one thread of one process at a time changes what it reads."""
        with contextlib.ExitStack() as stack:
            # without a folder nothing is kept; Windows has no such lock
            with contextlib.suppress(OSError, InputError, ImportError):
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                stack.enter_context(exclusive(self._folder, lambda: None))
            yield

    def _path(self, url: str) -> Path:
        name = hashlib.sha256(url.encode(errors="surrogatepass")).hexdigest()
        return self._folder / f"{name}.body"

    def _prune(self) -> None:
        names = [name for name in os.listdir(self._folder) if name.endswith(".body")]  # noqa: PTH208 (Path.iterdir makes a Path of each)
        if len(names) > self._most:
            paths = sorted((self._folder / name for name in names), key=_modified)
            for path in paths[: len(paths) - self._most]:
                path.unlink(missing_ok=True)


def _head(url: str, entry: CacheEntry) -> dict[str, str]:
    """Return what the first line of an entry's file holds."""
    return {
        "url": url,
        "etag": entry.etag,
        "last_modified": entry.last_modified,
        "following": entry.following,
        "sha256": hashlib.sha256(entry.body).hexdigest(),
    }


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0
