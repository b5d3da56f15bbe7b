"""The results of one attempt to fetch an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from tagmatrix.web.limits import Limits


@dataclass(frozen=True, slots=True)
class Body:
    """A complete body.

    `content` is only the beginning if the caller needs only the SHA-256. `measured` means that
    the server sent a Content-Length. `unchanged` means that the server sent no body, because
    the body in the cache is still current.
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
    """The attempt failed, and a retry may succeed; `retry_after` is the Retry-After header."""

    reason: str
    retry_after: str = ""


Attempt: TypeAlias = Body | Retry | NotPublished | FetchFailed


def too_slow(limits: Limits) -> Retry:
    """Return the result of an attempt that took too long."""
    return Retry(f"no complete answer within {limits.total:g} seconds")
