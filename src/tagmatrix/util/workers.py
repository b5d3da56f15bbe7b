"""Calls in worker threads: several at once, one in the background, or one within a time limit.

An executor's threads can't be stopped, and the interpreter waits for them when it ends.
`are_running` lets the program end without those that outlive a limit or an interrupt.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
_MOST_HELPERS: Final = 256
_running: Final[set[object]] = set()


def at_once(
    calls: Sequence[Callable[[], T]],
    most: int,
    on_done: Callable[[int, int], None] | None = None,
) -> list[T]:
    """Make calls, at most so many at the same time; return their results in order.

    `on_done` gets the number of calls that are done, and of all. What a call raises is raised.
    """
    from concurrent.futures import ThreadPoolExecutor, as_completed  # noqa: PLC0415 (slow to import)

    executor = ThreadPoolExecutor(most)
    try:
        futures = [executor.submit(_noted, call) for call in calls]
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            if on_done:
                on_done(done, len(futures))
        return [future.result() for future in futures]
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return a call's result; raises what it raises, and TimeoutError if it takes longer."""
    return _helpers().submit(_noted, call).result(seconds)


@cache
def _helpers() -> ThreadPoolExecutor:
    """Return the threads for calls with a limit, which are used again: to start one takes time.

    A call that outlives its limit keeps its thread, so there are many.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (slow to import)

    return ThreadPoolExecutor(_MOST_HELPERS)


@contextmanager
def in_background(call: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Start a call, and yield a function that waits for it and returns or raises its result.

    Leaving the context waits until the call ends, also after an error.

    >>> with in_background(lambda: 6 * 7) as answer:
    ...     answer()
    42
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(_noted(call))
        except BaseException as error:  # noqa: BLE001 (the function that is yielded raises it)
            errors.append(error)

    # Not an executor, whose module is slow to import: each run of `generate` needs this.
    thread = threading.Thread(target=run)
    thread.start()

    def result() -> T:
        thread.join()
        if errors:
            raise errors[0]
        return results[0]

    try:
        yield result
    finally:
        thread.join()


def are_running() -> bool:
    """Return whether a call still runs in a worker thread."""
    return bool(_running)


def _noted(call: Callable[[], T]) -> T:
    """Make a call, noted as running."""
    token = object()
    _running.add(token)
    try:
        return call()
    finally:
        _running.discard(token)
