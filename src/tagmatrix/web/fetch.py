"""One exchange over HTTP: the only module that imports requests.

It is slow to import, so `client` imports this module with the first request.
`Web.exchange` sends one request, follows redirects by our own rules and takes the
body within limits. What comes out is a value, never an exception; whether to try
again is for `client` to decide.
"""

from __future__ import annotations

import ssl
import threading
import time
from hashlib import sha256
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from tagmatrix.web.addresses import USER_AGENT, is_downgrade, led_to, shown
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.attempt import Body, Retry, too_slow
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response

    from tagmatrix.web.attempt import Attempt
    from tagmatrix.web.limits import Limits

BEGINNING: Final = 16
"""So many bytes tell what kind of file it is."""
_PIECE: Final = 1 << 16
"""A body is read in pieces of so many bytes: it may drip, or have no end."""
_MOVED: Final = {301, 302, 303, 307, 308}
_GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_REFUSED: Final = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}
"""The server can't answer this address, now or later."""


class _Session(requests.Session):
    """A session that leaves redirects alone: requests would read their bodies whole."""

    def get_redirect_target(self, resp: Response) -> None:
        """Return no target."""


class Web:
    """A session; safe to use from several threads."""

    def __init__(self, *, allow_http: bool) -> None:
        """Open nothing yet; `allow_http` is whether addresses may be http."""
        self._allow_http = allow_http
        self._made: _Session | None = None
        self._lock = threading.Lock()

    def exchange(
        self, url: str, limits: Limits, headers: Mapping[str, str], *, keep: bool
    ) -> Attempt:
        """Get what is at an address, within the limits of one attempt.

        Args:
            url: the address.
            limits: see Limits; `total` ends a body that drips.
            headers: sent besides our own.
            keep: whether the body is wanted, or its SHA-256 alone.
        """
        deadline = time.monotonic() + limits.total
        try:
            found = self._follow(url, limits, headers)
            if isinstance(found, FetchFailed):
                return found
            with found as response:
                early = _judge(url, response)
                return early or _take(url, response, limits, deadline, keep=keep)
        except ValueError as error:  # among them requests' InvalidURL
            why = shown(str(error))
            return FetchFailed(
                f"{shown(url)}: invalid address, or it redirects to one: {why}", permanent=True
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return _explain(error, limits, shown(url))

    def _follow(
        self, url: str, limits: Limits, headers: Mapping[str, str]
    ) -> Response | FetchFailed:
        """Send the request and follow redirects; requests would follow them anywhere."""
        before = target = url
        for _ in range(limits.redirects + 1):
            if refusal := self._refusal(url, before, target):
                return refusal
            response = self._session().get(
                target,
                headers={"Accept": "*/*", "User-Agent": USER_AGENT, **headers},
                stream=True,
                allow_redirects=False,
                timeout=(limits.connect, limits.silence),
            )
            if response.status_code not in _MOVED:
                return response
            response.close()
            where = response.headers.get("Location", "")
            if not where:
                return FetchFailed(f"{shown(url)}: redirects to nowhere")
            before, target = target, led_to(target, where)
        last = f"redirects more than {limits.redirects} times, at last to {shown(target)}"
        return FetchFailed(f"{shown(url)}: {last}")

    def _refusal(self, url: str, before: str, target: str) -> FetchFailed | None:
        """Return why an address is not asked; None if it is.

        Args:
            url: the first address.
            before: the address that led here; `url` for itself.
            target: the address.
        """
        scheme = urlsplit(target).scheme.lower()
        if scheme == "https":
            return None
        led = "" if target == url else f"{shown(url)}: redirects to "
        what = f"{led}{shown(target)}"
        if scheme != "http":
            return FetchFailed(f"{what}: is neither https nor http", permanent=True)
        if is_downgrade(before, target):
            return FetchFailed(f"{what}: from https to http nobody is followed")
        if self._allow_http:
            return None
        return FetchFailed(
            f"{what}: is not https; if that is meant, say `allow_http: true` in `upstream`"
        )

    def _session(self) -> _Session:
        with self._lock:
            if self._made is None:
                self._made = _Session()
                self._made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                for scheme in ("https://", "http://"):
                    self._made.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=0))
            return self._made


def _judge(url: str, response: Response) -> Attempt | None:
    """Return what the status says by itself; None if there is a body to read."""
    status = response.status_code
    if status == HTTPStatus.OK:
        return None
    if status == HTTPStatus.NOT_MODIFIED:
        return Body(unchanged=True)
    if status in _GONE:
        return NotPublished(f"{shown(url)} is not there ({status})")
    reason = f"answered {status} {response.reason or ''}".rstrip()
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retry(reason, response.headers.get("Retry-After", ""))
    return FetchFailed(f"{shown(url)}: {reason}", permanent=status in _REFUSED)


def _take(url: str, response: Response, limits: Limits, deadline: float, *, keep: bool) -> Attempt:
    """Read a body piece by piece, as it comes; urllib3 raises if it is not whole."""
    pieces: list[bytes] = []
    digest = sha256()
    size = 0
    while piece := response.raw.read1(_PIECE, decode_content=True):
        size += len(piece)
        if size > limits.size:
            why = f"is larger than {limits.size:,} bytes"
            return FetchFailed(f"{shown(url)}: {why}", permanent=True)
        if time.monotonic() > deadline:
            return too_slow(limits)
        digest.update(piece)
        if keep or size - len(piece) < BEGINNING:
            pieces.append(piece)
    return Body(
        content=b"".join(pieces),
        measured="Content-Length" in response.headers,
        sha256=digest.hexdigest(),
        size=size,
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
    )


def _explain(error: Exception, limits: Limits, url: str) -> Attempt:
    """Say in a few words what went wrong with a connection."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            # asking again won't make a certificate valid
            return FetchFailed(f"{url}: its certificate is not valid: {cause.verify_message}")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Retry(f"no connection in {limits.connect:g} seconds")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return Retry(f"silent for {limits.silence:g} seconds")
    if isinstance(error, urllib3.exceptions.ProtocolError):  # requests has its own, before a body
        return Retry("broke off before the end")
    if any(isinstance(cause, urllib3.exceptions.DecodeError) for cause in causes):
        return Retry("sent a body that can't be decompressed")
    words = [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]
    return Retry(f"no connection: {words[-1] if words else type(causes[-1]).__name__}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was made of, the outermost first."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += cause.args
