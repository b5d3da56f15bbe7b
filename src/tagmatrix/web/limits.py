"""How long is waited, how often is asked, how much is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a request; times in seconds.

    Attributes:
        connect: until a connection stands.
        silence: without a byte.
        total: of one attempt, so that a dripping server ends too.
        attempts: how often an address is asked.
        backoff: the first pause between two attempts; it doubles, with jitter.
        longest_pause: what a Retry-After may ask for; more is given up.
        redirects: how many are followed.
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
"""So many addresses are asked at the same time."""
