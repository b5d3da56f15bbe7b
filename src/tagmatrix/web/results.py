"""A request, and the results of one attempt to send it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagmatrix.web.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request whose caller judges the status of the answer.

    Attributes:
        url: the address.
        method: the method; only GET and HEAD follow redirects.
        headers: additional headers; a redirect to another host drops Authorization.
        body: what to send: bytes, or a file.
        into: the new file for the body of a 200; None to keep it in memory.
        netrc: whether requests may add the credentials that .netrc has for the host.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | Path = field(default=b"", repr=False)
    into: Path | None = None
    netrc: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A complete answer of any status but those that a retry may change.

    `headers` have names in lower case. `sha256` and `size` are those of the body.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = b""
    sha256: str = ""
    size: int = 0


class Body(Struct, frozen=True):
    """A complete body.

    `content` is only the beginning if the caller needs only its `digest`. `measured` means that
    the server sent a Content-Length. `unchanged` means that the server sent no body, because
    the body in the cache is still current. `spent` is the Retry-After of the next request, if
    this one was the last that the server allows. `following` is the address of the next page, and
    `led` the one that the request was redirected to.
    """

    content: bytes = b""
    measured: bool = False
    digest: str = ""
    size: int = 0
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False
    spent: str = ""
    following: str = ""
    led: str = ""


class Retry(Struct, frozen=True):
    """The attempt failed, and a retry may succeed; `retry_after` is the Retry-After header.

    `limited` means that the server counts requests, and allows no more now.
    """

    reason: str
    retry_after: str = ""
    limited: bool = False


Attempt: TypeAlias = Body | Retry | NotPublished | FetchFailed
Sent: TypeAlias = Reply | Retry | FetchFailed


def too_slow(limits: Limits) -> Retry:
    """Return the result of an attempt that took too long."""
    return Retry(f"no complete answer within {limits.total:g} seconds")


def without(
    secret: str, result: Body | NotPublished | FetchFailed
) -> Body | NotPublished | FetchFailed:
    """Return a result without a secret that the server sent back: no message quotes it.

    >>> without("s3cret", FetchFailed("who is s3cret?")).reason
    'who is …?'
    """
    if not secret:
        return result
    if isinstance(result, Body):
        content = result.content.replace(secret.encode(), "…".encode())
        return replace(result, content=content, following=result.following.replace(secret, "…"))
    if isinstance(result, NotPublished):
        return replace(result, what=result.what.replace(secret, "…"))
    return replace(result, reason=result.reason.replace(secret, "…"))
