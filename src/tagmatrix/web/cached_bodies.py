"""Answers that are new or from the cache: how they are read, and when a new one is needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct

from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError
from tagmatrix.web.cache import CacheEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.web.answers import Answer
    from tagmatrix.web.cache import Cache

T = TypeVar("T")
GONE: Final = "#not there"
"""The end of the cache's key for the answer that nothing is at an address."""


class Download(Struct, frozen=True):
    """A downloaded file; `measured`: the server sent a Content-Length."""

    digest: str
    size: int
    measured: bool = True


def conditions(entry: CacheEntry | None) -> dict[str, str]:
    """Return the headers that request a body only if it differs from the cached one."""
    headers = {}
    if entry is not None and entry.etag:
        headers["If-None-Match"] = entry.etag
    if entry is not None and entry.last_modified:
        headers["If-Modified-Since"] = entry.last_modified
    return headers


def kept_download(body: bytes) -> Download:
    """Return the checksum and the size that the cache keeps. Raises UnreadableError."""
    match = re.fullmatch(rb"([0-9a-f]{40,128}) ([0-9]{1,15})", body)
    if match is None:
        raise UnreadableError("the cache has no checksum and size of it")
    return Download(match[1].decode(), int(match[2]))


def kept_gone(cache: Cache, key: str) -> NotPublished | None:
    """Return upstream's newest answer about an entry, if it was that nothing is there."""
    entry = cache.get(f"{key}{GONE}")
    if entry is None or cache.confirmed(f"{key}{GONE}") <= cache.confirmed(key):
        return None
    return NotPublished(entry.body.decode(errors="replace"))


def keep_gone(
    cache: Cache | None, key: str, answer: NotPublished | FetchFailed, fresh: float
) -> None:
    """Keep the answer that nothing is there, if it counts for `fresh` seconds in later runs."""
    if cache and fresh and isinstance(answer, NotPublished):
        cache.put(f"{key}{GONE}", CacheEntry(answer.what.encode()))


def read_body(where: str, body: bytes, read: Callable[[bytes], T]) -> Answer[T]:
    """Return the result of `read` for a body; a FetchFailed if it can't be read.

    `where` is the address for messages.
    """
    try:
        return Found(read(body))
    except UnreadableError as error:
        return FetchFailed(f"{where}: {error}")
    except (ValueError, OverflowError, RecursionError) as error:
        # readers may miss a kind of damage: report it as upstream's failure, not with a traceback
        return FetchFailed(f"{where}: can't be read: {shown(str(error))}")
