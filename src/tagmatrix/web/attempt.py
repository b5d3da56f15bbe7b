"""The results of one attempt to fetch an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from tagmatrix.web.limits import Limits


@dataclass(frozen=True, slots=True)
class Body:
    """A body that came whole.

    `content` is its beginning alone if only its SHA-256 was wanted; `measured` means that
    the server said how long it is; `unchanged` that it was not sent, because the one in
    the cache is still current.
    """

    content: bytes = b""
    measured: bool = False
    sha256: str = ""
    size: int = 0
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """It failed this time, and may not the next; `retry_after` is what the server asked for."""

    reason: str
    retry_after: str = ""


Attempt: TypeAlias = Body | Retry | NotPublished | FetchFailed


def too_slow(limits: Limits) -> Retry:
    """Return the result of an attempt that took too long."""
    return Retry(f"no whole answer in {limits.total:g} seconds")
