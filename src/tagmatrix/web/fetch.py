"""One exchange over HTTP: the only module that imports requests.

requests is slow to import, so `client` imports this module with the first request.
`Web.exchange` sends one request, follows redirects by tagmatrix's own rules and reads the
body within limits. It returns a value and never raises an exception; `client` decides
whether to retry.
"""

from __future__ import annotations

import ssl
import time
from hashlib import sha256
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from tagmatrix.web.addresses import USER_AGENT, led_to, shown
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.limits import AT_ONCE
from tagmatrix.web.results import Body, Retry, too_slow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response

    from tagmatrix.web.limits import Limits
    from tagmatrix.web.results import Attempt

BEGINNING: Final = 16
"""The number of bytes that identify the kind of a file."""
_PIECE: Final = 1 << 16
"""The bytes that are read at once: a body may drip, or be endless."""
_MOVED: Final = {301, 302, 303, 307, 308}
_GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_REFUSED: Final = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}
"""The server does not answer this address, now or later."""


class _Session(requests.Session):
    """A session that does not follow redirects: requests would read their complete bodies."""

    def get_redirect_target(self, resp: Response) -> None:
        """Return no target."""


class Web:
    """A session; safe to use from several threads."""

    def __init__(self, *, allow_http: bool) -> None:
        """Store the settings; `allow_http`: whether addresses may be http."""
        self._allow_http = allow_http
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=0))

    def exchange(
        self, url: str, limits: Limits, headers: Mapping[str, str], *, keep: bool
    ) -> Attempt:
        """Request an address, within the limits of one attempt.

        Args:
            url: the address.
            limits: see Limits; `total` ends a body that drips.
            headers: additional request headers.
            keep: whether the caller needs the body; if not, only its SHA-256.
        """
        deadline = time.monotonic() + limits.total
        try:
            found = self._follow(url, limits, headers)
            if isinstance(found, FetchFailed):
                return found
            with found as response:
                early = _judge(url, response)
                return early or _take(url, response, limits, deadline, keep=keep)
        except ValueError as error:  # requests' InvalidURL is a ValueError
            why = shown(str(error))
            return FetchFailed(
                f"{shown(url)}: invalid address, or it redirects to one: {why}", permanent=True
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return _explain(error, limits, shown(url))

    def _follow(
        self, url: str, limits: Limits, headers: Mapping[str, str]
    ) -> Response | FetchFailed:
        """Send the request and follow redirects; requests would follow them to any address."""
        before = target = url
        for _ in range(limits.redirects + 1):
            if refusal := self._refusal(url, before, target):
                return refusal
            response = self._session.get(
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
                return FetchFailed(f"{shown(url)}: redirects without a Location")
            before, target = target, led_to(target, where)
        last = f"redirects more than {limits.redirects} times, the last time to {shown(target)}"
        return FetchFailed(f"{shown(url)}: {last}")

    def _refusal(self, url: str, before: str, target: str) -> FetchFailed | None:
        """Return why an address is not requested; None if it is allowed.

        Args:
            url: the first address.
            before: the address that redirected to `target`; `url` at the beginning.
            target: the address to judge.
        """
        scheme = urlsplit(target).scheme.lower()
        if scheme == "https":
            return None
        led = "" if target == url else f"{shown(url)}: redirects to "
        what = f"{led}{shown(target)}"
        if scheme != "http":
            return FetchFailed(f"{what}: is neither https nor http", permanent=True)
        if urlsplit(before).scheme.lower() == "https":
            return FetchFailed(f"{what}: a redirect from https to http is not followed")
        if self._allow_http:
            return None
        return FetchFailed(
            f"{what}: is not https; to allow http, set `allow_http: true` in `upstream`"
        )


def _judge(url: str, response: Response) -> Attempt | None:
    """Return the result that the status alone decides; None if there is a body to read."""
    status = response.status_code
    if status == HTTPStatus.OK:
        return None
    if status == HTTPStatus.NOT_MODIFIED:
        return Body(unchanged=True)
    if status in _GONE:
        return NotPublished(f"{shown(url)} is not there ({status})")
    reason = f"answered {status} {shown(response.reason or '')}".rstrip()
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retry(reason, response.headers.get("Retry-After", ""))
    return FetchFailed(f"{shown(url)}: {reason}", permanent=status in _REFUSED)


def _take(url: str, response: Response, limits: Limits, deadline: float, *, keep: bool) -> Attempt:
    """Read a body piece by piece; urllib3 raises an exception if it is incomplete."""
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
    """Return a short explanation of a failed connection."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            # a retry does not make a certificate valid
            return FetchFailed(f"{url}: its certificate is not valid: {cause.verify_message}")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return Retry(f"no connection within {limits.connect:g} seconds")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return Retry(f"sent nothing for {limits.silence:g} seconds")
    if isinstance(error, urllib3.exceptions.ProtocolError):  # requests raises its own before a body
        return Retry("the connection broke off before the end")
    if any(isinstance(cause, urllib3.exceptions.DecodeError) for cause in causes):
        return Retry("sent a body that can't be decompressed")
    reasons = [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]
    return Retry(f"no connection: {reasons[-1] if reasons else type(causes[-1]).__name__}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, the outermost first."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += cause.args
