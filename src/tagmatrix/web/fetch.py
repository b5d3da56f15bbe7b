"""One exchange over HTTP: the only module that imports requests, and only when it is used.

`Web.exchange` sends one request, follows redirects by our own rules and takes the
body within limits. What comes out is a value, never an exception; whether to try
again is for `client` to decide.
"""

from __future__ import annotations

import ssl
import threading
import time
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from tagmatrix.web.addresses import MOVED, PIECE, USER_AGENT, is_downgrade, led_to, shown
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response, Session

    from tagmatrix.web.limits import Limits

BEGINNING: Final = 16
"""So many bytes tell what kind of file it is."""
_GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


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


Outcome: TypeAlias = Body | Retry | NotPublished | FetchFailed


class Web:
    """A session; safe to use from several threads."""

    def __init__(self, *, allow_http: bool) -> None:
        """Open nothing yet; `allow_http` is whether addresses may be http."""
        self._allow_http = allow_http
        self._made: Session | None = None
        self._lock = threading.Lock()

    def exchange(
        self, url: str, limits: Limits, headers: Mapping[str, str], *, keep: bool
    ) -> Outcome:
        """Get what is at an address, within the limits of one attempt.

        Args:
            url: the address.
            limits: see Limits; `total` ends a body that drips.
            headers: sent besides our own.
            keep: whether the body is wanted, or its SHA-256 alone.
        """
        import requests  # noqa: PLC0415 (slow to import, and most commands fetch nothing)
        import urllib3  # noqa: PLC0415 (comes with requests)

        deadline = time.monotonic() + limits.total
        try:
            found = self._follow(url, limits, headers)
            if isinstance(found, FetchFailed):
                return found
            with found as response:
                early = _judge(url, response)
                return early or _take(url, response, limits, deadline, keep=keep)
        except ValueError as error:  # among them requests' InvalidURL
            return FetchFailed(f"{shown(url)}: leads to what is no address: {error}")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return _explain(error, limits, shown(url))

    def _follow(
        self, url: str, limits: Limits, headers: Mapping[str, str]
    ) -> Response | FetchFailed:
        """Send the request and follow redirects; requests would follow them anywhere."""
        target = url
        for _ in range(limits.redirects + 1):
            if refusal := self._refusal(url, target):
                return FetchFailed(refusal)
            response = self._session().get(
                target,
                headers={"Accept": "*/*", "User-Agent": USER_AGENT, **headers},
                stream=True,
                allow_redirects=False,
                timeout=(limits.connect, limits.silence),
            )
            if response.status_code not in MOVED:
                return response
            response.close()
            where = response.headers.get("Location", "")
            if not where:
                return FetchFailed(f"{shown(url)}: redirects to nowhere")
            target = led_to(target, where)
        last = f"redirects more than {limits.redirects} times, at last to {shown(target)}"
        return FetchFailed(f"{shown(url)}: {last}")

    def _refusal(self, url: str, target: str) -> str:
        """Return why an address is not asked; empty if it is."""
        scheme = urlsplit(target).scheme.lower()
        if scheme == "https":
            return ""
        led = "" if target == url else f"{shown(url)}: redirects to "
        if scheme != "http":
            return f"{led}{shown(target)}: is neither https nor http"
        if is_downgrade(url, target):
            return f"{led}{shown(target)}: from https to http nobody is followed"
        if self._allow_http:
            return ""
        told = "is not https; if that is meant, say `allow_http: true` in `upstream`"
        return f"{led}{shown(target)}: {told}"

    def _session(self) -> Session:
        import requests  # noqa: PLC0415 (see exchange)
        from requests.adapters import HTTPAdapter  # noqa: PLC0415

        with self._lock:
            if self._made is None:
                self._made = requests.Session()
                self._made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                for scheme in ("https://", "http://"):
                    self._made.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=0))
            return self._made


def _judge(url: str, response: Response) -> Outcome | None:
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
    return FetchFailed(f"{shown(url)}: {reason}")


def _take(url: str, response: Response, limits: Limits, deadline: float, *, keep: bool) -> Outcome:
    """Read a body piece by piece, as it comes; urllib3 raises if it is not whole."""
    pieces: list[bytes] = []
    digest = sha256()
    size = 0
    while piece := response.raw.read1(PIECE, decode_content=True):
        size += len(piece)
        if size > limits.size:
            return FetchFailed(f"{shown(url)}: is larger than {limits.size:,} bytes")
        if time.monotonic() > deadline:
            return Retry(too_slow(limits))
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


def too_slow(limits: Limits) -> str:
    """Say that an attempt took too long."""
    return f"no whole answer in {limits.total:g} seconds"


def _explain(error: Exception, limits: Limits, url: str) -> Outcome:
    """Say in a few words what went wrong with a connection."""
    import requests  # noqa: PLC0415 (see exchange)
    import urllib3  # noqa: PLC0415

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
