"""The pauses that hosts ask for: a host that allows no more requests gets none until it does.

The cache keeps them for the next run, which would only be refused again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.web.addresses import origin
from tagmatrix.web.cache import CacheEntry
from tagmatrix.web.results import Body, Retry
from tagmatrix.web.retries import retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.web.cache import Cache
    from tagmatrix.web.results import Attempt

LONGEST: Final = 86_400
"""The longest pause that is kept, in seconds: limits are those of an hour or a day."""


class Pauses:
    """The pauses by host; safe to use from several threads."""

    def __init__(self, cache: Cache | None, clock: Callable[[], float], shortest: float) -> None:
        """Store the settings; a pause that is not longer than `shortest` needs no note."""
        self._cache, self._clock, self._shortest = cache, clock, shortest
        self._until: dict[str, float] = {}

    def left(self, url: str) -> float:
        """Return the seconds until the host of an address allows requests again; 0 for now."""
        try:
            host = _host(url)
        except ValueError:  # the request itself reports an invalid address
            return 0
        if host not in self._until:
            self._until[host] = self._kept(host)
        left = self._until[host] - self._clock()
        return left if 0 < left <= LONGEST else 0

    def note(self, url: str, result: Attempt) -> None:
        """Note the pause that an answer asks for, if it is about the number of requests."""
        if isinstance(result, Body):
            text = result.spent
        else:
            text = result.retry_after if isinstance(result, Retry) and result.limited else ""
        pause = retry_after(text, self._clock) if text else None
        if pause is not None and pause > self._shortest:
            host, until = _host(url), self._clock() + min(pause, LONGEST)
            self._until[host] = until
            if self._cache:
                self._cache.put(host, CacheEntry(f"{until:.0f}".encode()))

    def _kept(self, host: str) -> float:
        entry = self._cache.get(host) if self._cache else None
        text = entry.body if entry else b""
        return float(text) if text.isdigit() else 0


def _host(url: str) -> str:
    """Return the key of a host in the cache, which is not an address."""
    return "pause of " + "://".join(origin(url))
