"""Asking upstream: retries, the cache, and several addresses side by side."""

from __future__ import annotations

import random
import time
from collections import deque
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.background import Background
from tagmatrix.upstream.answers import FetchFailed, Found, NotPublished, UnreadableError
from tagmatrix.upstream.cache import Entry
from tagmatrix.upstream.fetch import Body, Retry, Web, shown, too_slow
from tagmatrix.upstream.limits import AT_ONCE, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tagmatrix.upstream.answers import Answer
    from tagmatrix.upstream.cache import Cache
    from tagmatrix.upstream.fetch import Outcome

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked and what came back: an address without a password, and the answer in words.

    `tries` is how often it was asked: 0 where the cache alone answered.
    """

    url: str
    answer: str
    tries: int


class Client:
    """Asks addresses; safe to use from several threads."""

    def __init__(
        self,
        *,
        allow_http: bool = False,
        offline: bool = False,
        cache: Cache | None = None,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        on_asked: Callable[[Asked], None] | None = None,
    ) -> None:
        """Take what governs every request.

        Args:
            allow_http: whether addresses may be http.
            offline: answer from the cache alone.
            cache: where bodies are kept; None to keep none.
            limits: by default those of Limits.
            sleep: waits between attempts.
            clock: the time of day, for a Retry-After that is a date.
            on_asked: told of each question and its answer, from any thread.
        """
        self._web = Web(allow_http=allow_http)
        self._offline = offline
        self._cache = cache
        self._limits = limits or Limits()
        self._sleep = sleep
        self._clock = clock
        self._on_asked = on_asked

    def get(self, url: str, read: Callable[[bytes], T]) -> Answer[T]:
        """Return what `read` makes of the body at an address.

        `read` raises UnreadableError if the body is not what it should be: that is
        a FetchFailed, and the body is not kept. 404 and 410 are NotPublished.
        """
        entry = self._cache.get(url) if self._cache else None
        if self._offline:
            self._tell(
                url, "offline, " + ("as it was fetched" if entry else "not fetched before"), 0
            )
            if entry is None:
                return FetchFailed(f"{shown(url)}: offline, and not fetched before")
            return _read(url, entry.body, read)
        headers = {}
        if entry is not None and entry.etag:
            headers["If-None-Match"] = entry.etag
        if entry is not None and entry.last_modified:
            headers["If-Modified-Since"] = entry.last_modified
        outcome = self._ask(url, self._limits, headers, keep=True)
        if not isinstance(outcome, Body):
            return outcome
        if outcome.unchanged:
            if entry is None:
                return FetchFailed(f"{shown(url)}: answered 304 to a question without conditions")
            return _read(url, entry.body, read)
        answer = _read(url, outcome.content, read)
        if isinstance(answer, Found) and self._cache:
            self._cache.put(url, Entry(outcome.content, outcome.etag, outcome.last_modified))
        return answer

    def sha256(self, url: str) -> Answer[tuple[str, int]]:
        """Return SHA-256 and size of the file at an address, by downloading it."""
        if self._offline:
            return FetchFailed(f"{shown(url)}: offline, and files are not kept")
        own = self._limits
        outcome = self._ask(
            url, replace(own, total=own.file_total, size=own.file_size), {}, keep=False
        )
        return Found((outcome.sha256, outcome.size)) if isinstance(outcome, Body) else outcome

    def _ask(
        self, url: str, limits: Limits, headers: Mapping[str, str], *, keep: bool
    ) -> Body | NotPublished | FetchFailed:
        """Ask as often as is sensible: again only after what may pass."""
        reason = "was not asked"
        for attempt in range(1, limits.attempts + 1):
            outcome = self._attempt(url, limits, headers, keep=keep)
            if not isinstance(outcome, Retry):
                self._tell(url, _in_words(outcome), attempt)
                return outcome
            reason = outcome.reason
            pause = self._wish(outcome.retry_after)
            if pause is None:
                # jitter: runs that were thrown out together shall not come back together
                jitter = random.uniform(0.75, 1.25)  # noqa: S311 (no secret)
                pause = limits.backoff * 2 ** (attempt - 1) * jitter
            elif pause > limits.longest_pause:
                self._tell(url, f"{reason}, to come back in {pause:.0f} seconds", attempt)
                return FetchFailed(f"{shown(url)}: {reason}, to come back in {pause:.0f} seconds")
            if attempt < limits.attempts:
                self._sleep(pause)
        self._tell(url, reason, limits.attempts)
        times = f" (asked {limits.attempts} times)" if limits.attempts > 1 else ""
        return FetchFailed(f"{shown(url)}: {reason}{times}")

    def _tell(self, url: str, answer: str, tries: int) -> None:
        if self._on_asked:
            self._on_asked(Asked(shown(url), answer, tries))

    def _attempt(
        self, url: str, limits: Limits, headers: Mapping[str, str], *, keep: bool
    ) -> Outcome:
        """Ask once, in a thread that is left behind if even its headers drip."""
        asking = Background(lambda: self._web.exchange(url, limits, headers, keep=keep))
        if not asking.wait(limits.total + 0.2):
            return Retry(too_slow(limits))
        return asking.result()

    def _wish(self, text: str) -> float | None:
        """Return the seconds that a Retry-After asks for; None if it says nothing sensible."""
        text = text.strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self._clock())
        except ValueError:
            return None


def side_by_side(
    calls: Iterable[Callable[[], T]], on_done: Callable[[int, int], None] | None = None
) -> list[T]:
    """Make calls in a few threads; return their results in order.

    `on_done` is told how many of how many are done. What a call raises is raised.
    """
    waiting = deque(enumerate(calls))
    results: dict[int, T] = {}
    total = len(waiting)

    def work() -> None:
        while True:
            try:
                number, call = waiting.popleft()
            except IndexError:
                return
            results[number] = call()
            if on_done:
                on_done(len(results), total)

    # daemons, so that a person who interrupts does not wait for the slowest
    workers = [Background(work) for _ in range(min(AT_ONCE, total))]
    for worker in workers:
        worker.result()
    return [results[number] for number in range(total)]


def _in_words(outcome: Body | NotPublished | FetchFailed) -> str:
    if isinstance(outcome, NotPublished):
        return "is not there"
    if isinstance(outcome, FetchFailed):
        return outcome.reason
    return "unchanged since it was fetched" if outcome.unchanged else f"{outcome.size:,} bytes"


def _read(url: str, body: bytes, read: Callable[[bytes], T]) -> Answer[T]:
    try:
        return Found(read(body))
    except UnreadableError as error:
        return FetchFailed(f"{shown(url)}: {error}")
