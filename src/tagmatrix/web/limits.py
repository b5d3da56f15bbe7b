"""The limits of requests: times, attempts and sizes."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The limits of a request; times in seconds.

    Attributes:
        connect: the time to connect.
        silence: the time without a byte.
        total: the time of one attempt, which also ends a response that drips.
        attempts: the attempts per request.
        backoff: the first pause between two attempts; it doubles, with jitter.
        longest_pause: the longest Retry-After that is obeyed; a longer one ends the request.
        redirects: the redirects that are followed.
        size: the largest body, in bytes, after decompression.
        file_total: as `total`, for a whole release.
        file_size: as `size`, for a whole release.
    """

    connect: float = 10
    silence: float = 20
    total: float = 60
    attempts: int = 4
    backoff: float = 0.5
    longest_pause: float = 30
    redirects: int = 5
    size: int = 16_000_000
    file_total: float = 600
    file_size: int = 500_000_000


AT_ONCE: Final = 8
"""The number of parallel requests."""
