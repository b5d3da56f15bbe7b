"""Retries: how often a request is sent again, and after which pause."""

from __future__ import annotations

import random
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.util import workers
from tagmatrix.web.addresses import places
from tagmatrix.web.answers import FetchFailed
from tagmatrix.web.results import Retry, too_slow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tagmatrix.web.limits import Limits

T = TypeVar("T")


def retried(
    url: str,
    limits: Limits,
    send: Callable[[], T | Retry],
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    trail: Sequence[str] = (),
) -> tuple[T | FetchFailed, int]:
    """Send a request, again after temporary failures; return the number of attempts too.

    Each attempt ends within the limit, even if headers drip or a name server is slow.

    Args:
        url: the address, for messages.
        limits: the limits.
        send: sends the request once.
        sleep: waits between attempts.
        clock: the time of day.
        trail: the addresses that the last attempt was redirected to; `send` fills it.
    """
    reason = "no attempt was made"
    for attempt in range(1, limits.attempts + 1):
        result: T | Retry
        try:
            result = workers.within(limits.total + 0.2, send)
        except TimeoutError:
            result = too_slow(limits)
        if not isinstance(result, Retry):
            return result, attempt
        reason = result.reason
        pause = retry_after(result.retry_after, clock)
        if pause is None:
            # jitter: runs that failed at the same time should not retry at the same time
            jitter = random.uniform(0.75, 1.25)  # noqa: S311 (no secret)
            pause = limits.backoff * 2 ** (attempt - 1) * jitter
        elif pause > limits.longest_pause:
            why = (
                f"{reason}, and asks to wait {pause:.0f} seconds; "
                f"tagmatrix waits at most {limits.longest_pause:g}"
            )
            return FetchFailed(f"{places(url, *trail[-1:])}: {why}"), attempt
        if attempt < limits.attempts:
            sleep(pause)
    times = f" ({limits.attempts} attempts)" if limits.attempts > 1 else ""
    return FetchFailed(f"{places(url, *trail[-1:])}: {reason}{times}"), limits.attempts


def retry_after(text: str, clock: Callable[[], float]) -> float | None:
    """Return the seconds of a Retry-After header; None if it is absent or invalid."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - clock())
    except (ValueError, OverflowError):  # a date outside of the clock's range
        return None
