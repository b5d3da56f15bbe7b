"""One budget of requests a day for each host, counted in the cache.

python.org allows 100 requests a day. If they run short, less important documents come from the
cache for longer: those of settled versions first, then those of versions that wait, then lists.
A document that the cache lacks is always requested.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tagmatrix.web.addresses import origin
from tagmatrix.web.cache import CacheEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.web.cache import Cache

A_DAY: Final = 100
"""The requests to a host in 24 hours."""
_HOUR: Final = 3600
_HOURS: Final = 24
_SETTLED: Final = 0.6
_WAITING: Final = 0.8
"""The part of the budget after which documents of such versions are not requested again."""


class RequestBudget:
    """The requests of the last day by host; safe to use from several threads and processes."""

    def __init__(
        self, cache: Cache, clock: Callable[[], float], *, settled: float, waiting: float
    ) -> None:
        """Store the settings.

        Args:
            cache: keeps the numbers.
            clock: the time of day.
            settled: the age at which documents of settled versions are requested again.
            waiting: the same of versions that wait.
        """
        self._cache, self._clock = cache, clock
        self._settled, self.waiting = settled, waiting

    def allows(self, url: str, fresh: float) -> bool:
        """Return whether a known document is worth a request; `fresh` as in `Client.get`."""
        if not fresh:
            return True
        share = _SETTLED if fresh >= self._settled else _WAITING if fresh >= self.waiting else 1
        return sum(self._counts(_key(url)).values()) < share * A_DAY

    def note(self, url: str, number: int = 1) -> None:
        """Count a request, or so many."""
        key, hour = _key(url), self._hour()
        with self._cache.locked():
            counts = self._counts(key)
            counts[hour] = counts.get(hour, 0) + number
            self._cache.put(key, CacheEntry(json.dumps([*counts.items()]).encode()))

    def _counts(self, key: str) -> dict[int, int]:
        """Return the requests of each hour of the last day."""
        entry, now = self._cache.get(key), self._hour()
        try:
            pairs = [
                (int(hour), int(count)) for hour, count in json.loads(entry.body if entry else b"")
            ]
        except (ValueError, TypeError):
            return {}
        return {hour: count for hour, count in pairs if now - _HOURS <= hour <= now}

    def _hour(self) -> int:
        return int(self._clock() // _HOUR)


def _key(url: str) -> str:
    """Return the key of a host in the cache, which is not an address."""
    try:
        return "requests to " + "://".join(origin(url))
    except ValueError:  # the request itself reports an invalid address
        return "requests to no host"
