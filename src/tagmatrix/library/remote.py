"""Fetching a manifest over HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import requests
from urllib3.exceptions import HTTPError

from tagmatrix import __version__
from tagmatrix.errors import InputError, UpstreamError

if TYPE_CHECKING:
    from requests import Response

TIMEOUT: Final = 30.0
"""Seconds that a server may take in all; the last wait for it may exceed them, as long again."""
_CONNECT: Final = 10.0
_PIECE: Final = 1 << 16
_GONE: Final = frozenset({400, 401, 403, 404, 405, 410, 451})


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
    # Unpacking could make much of little, and a manifest is short.
    headers = {"Accept-Encoding": "identity", "User-Agent": f"tagmatrix/{__version__}"}
    waits = (min(_CONNECT, timeout), timeout)
    try:
        with requests.get(address, headers=headers, timeout=waits, stream=True) as response:
            _check(response, address)
            return _read(response, address, limit, deadline)
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
        raise InputError(f"{address}: no address that can be fetched: {error}") from error
    except requests.exceptions.Timeout as error:
        raise _late(address) from error
    except (requests.exceptions.RequestException, HTTPError) as error:
        raise UpstreamError(f"{address}: could not be fetched: {_reason(error)}") from error


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
        piece = response.raw.read1(_PIECE, decode_content=False)
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
