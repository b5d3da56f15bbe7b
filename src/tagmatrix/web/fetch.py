"""One exchange over HTTP: the only module that imports requests.

requests is slow to import, so `client` imports this module with the first request.
`Web.exchange` gets one address, and `Web.send` sends any request: both follow redirects by
tagmatrix's own rules and read the body within limits. They return a value and never raise
an exception; `client` decides whether to retry.

Requests go to requests' adapters without its Session, which keeps cookies, reads the complete
bodies of redirects, and looks for proxies in the environment for each request.
"""

from __future__ import annotations

import hashlib
import ssl
import time
from contextlib import ExitStack
from dataclasses import replace as replace_request
from functools import cache
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, Final

import requests
import urllib3
from msgspec.structs import replace
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers, get_netrc_auth

from tagmatrix.web.addresses import USER_AGENT, led_to, origin, places, shown
from tagmatrix.web.answers import FetchFailed
from tagmatrix.web.limits import AT_ONCE
from tagmatrix.web.request_rules import (
    FOLLOWING,
    MOVED,
    judge,
    judge_file,
    no_head,
    refusal,
    spent_until,
    temporary,
)
from tagmatrix.web.results import Body, Reply, Request, Retry, too_slow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from requests import Response

    from tagmatrix.web.limits import Limits
    from tagmatrix.web.results import Attempt, Sent

BEGINNING: Final = 16
"""The number of bytes that identify the kind of a file."""
_PIECE: Final = 1 << 16
"""The bytes that are read at once: a body may drip, or be endless."""


class Web:
    """A session; safe to use from several threads."""

    def __init__(
        self, *, allow_http: bool, plain: Callable[[str], bool] | None = None, advice: str = ""
    ) -> None:
        """Store the settings.

        Args:
            allow_http: whether addresses may be http.
            plain: returns whether the addresses of a host may be http, instead of `allow_http`.
            advice: how to allow http.
        """
        self._plain = plain or (lambda _: allow_http)
        self._advice = advice or "set `allow_http: true` in `upstream`"
        self._adapter = HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=0)
        self._settings = cache(_settings)
        self._headers = {**default_headers(), "User-Agent": USER_AGENT}

    def exchange(
        self,
        url: str,
        limits: Limits,
        headers: Mapping[str, str],
        *,
        whole: str,
        trail: list[str],
        method: str = "GET",
    ) -> Attempt:
        """Request an address, within the limits of one attempt.

        Args:
            url: the address.
            limits: see Limits; `total` ends a body that drips.
            headers: additional request headers.
            whole: the algorithm of the checksum, if the caller needs only that; else empty.
            trail: gets the addresses that the request is redirected to.
            method: GET, or HEAD for an answer without a body: GET if the server has no HEAD.
        """
        deadline = time.monotonic() + limits.total
        try:
            request = Request(url=url, method=method, headers=headers, netrc=True)
            found = self._follow(request, limits, trail)
            if (
                method == "HEAD"
                and not isinstance(found, FetchFailed)
                and no_head(found.status_code)
            ):
                found.close()
                found = self._follow(replace_request(request, method="GET"), limits, trail)
            if isinstance(found, FetchFailed):
                return found
            with found as response:
                where = places(url, *trail[-1:])
                early = judge(where, response.status_code, response.reason or "", response.headers)
                if early:
                    return early
                if method == "HEAD":
                    return judge_file(where, url, response.headers)
                body = _take(where, response, limits, deadline, whole=whole)
                return replace(body, led=trail[-1]) if trail and isinstance(body, Body) else body
        except (ValueError, requests.RequestException, urllib3.exceptions.HTTPError, OSError) as e:
            return _failed(e, limits, places(url, *trail[-1:]))

    def send(self, request: Request, limits: Limits, trail: list[str]) -> Sent:
        """Send a request, within the limits of one attempt; the caller judges the status."""
        deadline = time.monotonic() + limits.total
        try:
            found = self._follow(request, limits, trail)
            if isinstance(found, FetchFailed):
                return found
            with found as response, ExitStack() as files:
                status, phrase = response.status_code, response.reason or ""
                if retry := temporary(status, phrase, response.headers):
                    return retry
                to = None
                if request.into is not None and status == HTTPStatus.OK:
                    to = files.enter_context(request.into.open("wb"))
                body = _take(places(request.url, *trail[-1:]), response, limits, deadline, to=to)
                if not isinstance(body, Body):
                    return body
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(
                    status=status,
                    headers=headers,
                    content=body.content,
                    sha256=body.digest,
                    size=body.size,
                )
        except (ValueError, requests.RequestException, urllib3.exceptions.HTTPError, OSError) as e:
            return _failed(e, limits, places(request.url, *trail[-1:]))

    def _follow(self, request: Request, limits: Limits, trail: list[str]) -> Response | FetchFailed:
        """Send the request and follow redirects; requests would follow them to any address."""
        trail.clear()
        url = before = target = request.url
        headers = {**self._headers, **request.headers}
        for _ in range(limits.redirects + 1):
            if refused := refusal(url, before, target, plain=self._plain, advice=self._advice):
                return refused
            response = self._ask(request, target, headers, limits)
            if response.status_code not in MOVED or request.method not in FOLLOWING:
                return response
            response.close()
            where = response.headers.get("Location", "")
            if not where:
                return FetchFailed(f"{places(url, *trail[-1:])}: redirects without a Location")
            before, target = target, led_to(target, where)
            trail.append(target)
            if origin(before) != origin(target):
                headers = {k: v for k, v in headers.items() if k.lower() != "authorization"}
        last = f"redirects more than {limits.redirects} times, the last time to {shown(target)}"
        return FetchFailed(f"{shown(url)}: {last}")

    def _ask(
        self, request: Request, target: str, headers: Mapping[str, str], limits: Limits
    ) -> Response:
        """Send a request to an address, with its body, and return when the headers are there."""
        with ExitStack() as files:
            body: bytes | IO[bytes] | None = None
            if isinstance(request.body, bytes):
                body = request.body or None
            elif request.body.stat().st_size:  # requests sends an empty file in chunks
                body = files.enter_context(request.body.open("rb"))
            prepared = requests.PreparedRequest()  # not its `prepare`, which also makes cookies
            prepared.prepare_method(request.method)
            prepared.prepare_url(target, None)
            prepared.prepare_headers(CaseInsensitiveDict(headers))
            prepared.prepare_body(body, None)
            prepared.prepare_auth(get_netrc_auth(target) if request.netrc else _as_is, target)
            return self._adapter.send(
                prepared,
                timeout=(limits.connect, limits.silence),
                **self._settings(*origin(target)),
            )


def _settings(scheme: str, host: str) -> dict[str, Any]:
    """Return the proxies and certificates that the environment names for a server."""
    url = f"{scheme}://{host}/"
    found = requests.Session().merge_environment_settings(
        url, {}, stream=True, verify=None, cert=None
    )
    return dict(found)


def _as_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return a request with the credentials that it has; requests would take those of its URL."""
    return request


def _take(
    where: str,
    response: Response,
    limits: Limits,
    deadline: float,
    *,
    whole: str = "",
    to: IO[bytes] | None = None,
) -> Body | Retry | FetchFailed:
    """Read a body piece by piece; urllib3 raises an exception if it is incomplete.

    Args:
        where: the address for messages.
        response: the answer.
        limits: the limits of size and time.
        deadline: when the attempt ends, by the monotonic clock.
        whole: the algorithm of the checksum, if the caller needs only that and the beginning.
        to: a file that gets the body.
    """
    pieces: list[bytes] = []
    digest = hashlib.new(whole or "sha256", usedforsecurity=False)
    size = 0
    keep = to is None and not whole
    while piece := response.raw.read1(_PIECE, decode_content=True):
        size += len(piece)
        if size > limits.size:
            why = f"is larger than {limits.size:,} bytes"
            return FetchFailed(f"{where}: {why}", permanent=True)
        if time.monotonic() > deadline:
            return too_slow(limits)
        digest.update(piece)
        if to is not None:
            to.write(piece)
        if keep or size - len(piece) < BEGINNING:
            pieces.append(piece)
    return Body(
        content=b"".join(pieces),
        measured="Content-Length" in response.headers,
        digest=digest.hexdigest(),
        size=size,
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
        spent=spent_until(response.headers),
        following=response.links.get("next", {}).get("url", ""),
    )


def _failed(error: Exception, limits: Limits, url: str) -> Retry | FetchFailed:
    """Return the result of an exchange that raised an error."""
    if _is_about_headers(error):
        why = (
            "a header of the request, such as its credentials, has a character that is not allowed"
        )
        return FetchFailed(f"{url}: {why}", permanent=True)
    if isinstance(error, ValueError):  # requests' InvalidURL is a ValueError
        why = f"invalid address, or it redirects to one: {shown(str(error))}"
        return FetchFailed(f"{url}: {why}", permanent=True)
    return _explain(error, limits, url)


def _is_about_headers(error: Exception) -> bool:
    """Return whether a header can't be sent; the text of such an error has its value, a secret."""
    # the second is of http.client, and the third of the encoding of a value
    return (
        isinstance(error, requests.exceptions.InvalidHeader)
        or str(error).startswith("Invalid header")
        or isinstance(error, UnicodeEncodeError)
    )


def _explain(error: Exception, limits: Limits, url: str) -> Retry | FetchFailed:
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
