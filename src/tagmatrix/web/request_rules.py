"""Rules for requests: which addresses may be requested, and what the status of an answer means.

This module does not import an HTTP library; `fetch` does.
"""

from __future__ import annotations

import re
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.results import Body, Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.web.results import Attempt

is_credential: Final = re.compile(r"[!-~]+").fullmatch
"""Match the text of a token: a header can hold no line break, and a token has no space."""
MOVED: Final = {301, 302, 303, 307, 308}
FOLLOWING: Final = {"GET", "HEAD"}
"""The methods that follow redirects."""
_GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_RESET: Final = re.compile(r"[0-9]{1,10}")
_MOMENT: Final = 10**9
"""A larger number is a moment, a smaller one a number of seconds."""
_REFUSED: Final = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}
"""The server does not answer this address, now or later."""


def refusal(
    url: str, before: str, target: str, *, plain: Callable[[str], bool], advice: str
) -> FetchFailed | None:
    """Return why an address is not requested; None if it is allowed.

    Args:
        url: the first address.
        before: the address that redirected to `target`; `url` at the beginning.
        target: the address to judge.
        plain: returns whether the addresses of a host may be http.
        advice: how to allow http.
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
    if plain(urlsplit(target).netloc):
        return None
    return FetchFailed(f"{what}: is not https; to allow http, {advice}")


def temporary(status: int, phrase: str, headers: Mapping[str, str]) -> Retry | None:
    """Return the result of a status that a retry may change; None for any other.

    GitHub answers 403 at both of its limits, the second one with a Retry-After only:
    https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    spent = spent_until(headers)
    after = headers.get("Retry-After", "") or spent
    limited = status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and after)
    if not limited and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    return Retry(_words(status, phrase), after, limited=bool(limited))


def spent_until(headers: Mapping[str, str]) -> str:
    """Return when a server allows requests again, as a Retry-After; "" if it allows more now.

    X-RateLimit-Reset is Unix time at GitHub, and seconds elsewhere.

    >>> spent_until({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1782302400"})
    'Wed, 24 Jun 2026 12:00:00 GMT'
    >>> spent_until({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "60"})
    '60'
    >>> spent_until({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "60"})
    ''
    """
    reset = headers.get("X-RateLimit-Reset", "").strip()
    if headers.get("X-RateLimit-Remaining", "").strip() != "0" or not _RESET.fullmatch(reset):
        return ""
    return reset if int(reset) < _MOMENT else formatdate(int(reset), usegmt=True)


def judge(where: str, status: int, phrase: str, headers: Mapping[str, str]) -> Attempt | None:
    """Return the result that the status alone decides; None if there is a body to read.

    `where` is the address for messages.
    """
    if status == HTTPStatus.OK:
        return None
    if status == HTTPStatus.NOT_MODIFIED:
        return Body(unchanged=True, spent=spent_until(headers))
    if status in _GONE:
        return NotPublished(f"{where} is not there ({status})")
    if retry := temporary(status, phrase, headers):
        return retry
    reason = f"{where}: {_words(status, phrase)}"
    return FetchFailed(reason, permanent=status in _REFUSED)


def no_head(status: int) -> bool:
    """Return whether a server may answer GET where it answers HEAD with this status."""
    return status in {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}


def judge_file(where: str, url: str, headers: Mapping[str, str]) -> Body | FetchFailed:
    """Return whether the headers of an answer are those of a file; the body is not read.

    A web page in its place may ask visitors to log in, or say that the file is not there.
    """
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "text/html" and not urlsplit(url).path.lower().endswith((".html", ".htm")):
        return FetchFailed(f"{where}: a web page ({kind}) is there in place of the file")
    return Body(spent=spent_until(headers))


def _words(status: int, phrase: str) -> str:
    return f"answered {status} {shown(phrase)}".rstrip()
