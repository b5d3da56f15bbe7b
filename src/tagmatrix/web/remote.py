"""Fetching a manifest over HTTP."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import requests
from urllib3.exceptions import HTTPError

from tagmatrix.errors import InputError, UpstreamError
from tagmatrix.web.addresses import (
    CONNECT,
    MOVED,
    PIECE,
    REDIRECTIONS,
    USER_AGENT,
    is_downgrade,
    led_to,
    shown,
)

if TYPE_CHECKING:
    from requests import Response

TIMEOUT: Final = 30.0
"""Seconds that a fetch may take in all, redirections included."""
_GONE: Final = frozenset({400, 401, 403, 404, 405, 410, 451})


class _Session(requests.Session):
    """A session that leaves redirections alone: requests would read their bodies whole."""

    def get_redirect_target(self, resp: Response) -> None:
        """Say that there is none."""


def fetch(address: str, *, limit: int, timeout: float = TIMEOUT) -> bytes:
    """Return what an http or https address has.

    Args:
        address: where to look.
        limit: the most bytes that are read.
        timeout: the seconds that it may take.

    Raises:
        InputError: the address is malformed, there is nothing, or it is too much.
        UpstreamError: nobody answers, not in time, or with a failure of the server.
    """
    deadline = time.monotonic() + timeout
    results: list[bytes | Exception] = []

    def work() -> None:
        try:
            results.append(_fetch(address, limit, deadline))
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            results.append(error)

    # Time-outs of sockets begin anew with each byte, and looking up a name has none.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(timeout)
    result = results[0] if results else _late(shown(address))
    if isinstance(result, Exception):
        raise result
    return result


def _fetch(address: str, limit: int, deadline: float) -> bytes:
    """Return what an address has, or another one that it leads to."""
    name, target = shown(address), address
    try:
        with _Session() as session:
            for _ in range(REDIRECTIONS + 1):
                with _get(session, target, deadline, name) as response:
                    location = response.headers.get("Location")
                    if location is None or response.status_code not in MOVED:
                        _check(response, name)
                        return _read(response, name, limit, deadline)
                # Leaving closes the connection; the rest of the answer is not read.
                came_from, target = target, led_to(target, location)
                if is_downgrade(came_from, target):
                    raise UpstreamError(
                        f"{name}: leads to {shown(target)}: from https to http nobody is followed"
                    )
    except requests.exceptions.Timeout as error:
        raise _late(name) from error
    except ValueError as error:  # also those of requests, for an address or its scheme
        raise InputError(f"{name}: no address that can be fetched: {shown(str(error))}") from error
    except (OSError, HTTPError) as error:  # also those of requests
        raise UpstreamError(f"{name}: could not be fetched: {shown(_reason(error))}") from error
    raise UpstreamError(f"{name}: leads from address to address, more than {REDIRECTIONS} times")


def _get(session: _Session, target: str, deadline: float, name: str) -> Response:
    """Return an answer whose body is not read yet."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise _late(name)
    # Unpacking could make much of little, and a manifest is short.
    headers = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT}
    waits = (min(CONNECT, left), left)
    return session.get(target, headers=headers, timeout=waits, stream=True, allow_redirects=False)


def _check(response: Response, address: str) -> None:
    """Refuse what is no answer."""
    if response.status_code in _GONE:
        raise InputError(f"{address}: the server answers {response.status_code} {response.reason}")
    if response.status_code != requests.codes.ok:
        raise UpstreamError(
            f"{address}: the server answers {response.status_code} {response.reason}: try again"
        )
    packed = response.headers.get("Content-Encoding", "identity")
    if packed.lower() != "identity":
        raise UpstreamError(
            f"{address}: the server packs its answer ({packed}) though asked not to"
        )


def _read(response: Response, address: str, limit: int, deadline: float) -> bytes:
    """Return the body, piece by piece as it arrives: a slow server sends for ever."""
    content = bytearray()
    while True:
        if time.monotonic() > deadline:
            raise _late(address)
        piece = response.raw.read1(PIECE, decode_content=False)
        if not piece:
            return bytes(content)
        content += piece
        if len(content) > limit:
            raise InputError(f"{address}: has more than {limit:,} bytes: is this a manifest?")


def _late(address: str) -> UpstreamError:
    return UpstreamError(f"{address}: no answer in time: try again")


def _reason(error: Exception) -> str:
    """Return the innermost cause, which is the one that tells something."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[-1], BaseException):
        cause = cause.args[-1]
    reason = getattr(cause, "reason", None)
    if isinstance(reason, BaseException):
        cause = reason
    return str(cause) or type(cause).__name__
