"""Calls in worker threads: several at once, one in the background, or one within a time limit.

An executor is slow to import, and takes a third of the time of a request to a near server. So
calls go to threads by simple queues. The interpreter does not wait for these threads when it ends.
`are_running` lets the program end without calls that outlive a limit or an interrupt.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
_MOST_HELPERS: Final = 256
_running: Final[set[object]] = set()


def at_once(
    calls: Sequence[Callable[[], T]],
    most: int,
    on_done: Callable[[int, int], None] | None = None,
) -> list[T]:
    """Make calls, at most so many at the same time; return their results in order.

    `on_done` gets the number of calls that are done, and of all. What a call raises is raised,
    and no other call begins.
    """
    results: dict[int, T] = {}
    ended: SimpleQueue[BaseException | None] = SimpleQueue()
    left = list(range(len(calls) - 1, -1, -1))

    def work() -> None:
        while left:
            try:
                number = left.pop()
            except IndexError:  # another thread took the last one
                return
            try:
                results[number] = _noted(calls[number])
            except BaseException as error:  # noqa: BLE001 (the caller raises it)
                ended.put(error)
            else:
                ended.put(None)

    try:
        for _ in range(min(most, len(calls))):
            threading.Thread(target=work, daemon=True).start()
        for done in range(1, len(calls) + 1):
            if error := ended.get():
                raise error
            if on_done:
                on_done(done, len(calls))
        return [results[number] for number in range(len(calls))]
    finally:
        left.clear()


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return a call's result; raises what it raises, and TimeoutError if it takes longer."""
    helper = _helper(seconds)
    answers: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
    helper.put((call, answers))
    try:
        result, error = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # without an error it is the call's result


_Work = SimpleQueue[tuple["Callable[[], Any]", SimpleQueue[Any]]]
_idle: Final[SimpleQueue[_Work]] = SimpleQueue()
_helpers: Final[list[_Work]] = []


def _helper(seconds: float) -> _Work:
    """Return the queue of a thread for calls with a limit.

    The threads are used again: to start one takes time. A call that outlives its limit keeps its
    thread, so there are many. Raises TimeoutError if each one is busy for so long.
    """
    try:
        return _idle.get_nowait()
    except Empty:
        if len(_helpers) >= _MOST_HELPERS:
            try:
                return _idle.get(timeout=seconds)
            except Empty:
                raise TimeoutError from None
    helper: _Work = SimpleQueue()
    _helpers.append(helper)
    threading.Thread(target=_help, args=(helper,), daemon=True).start()
    return helper


def _help(work: _Work) -> None:
    """Make the calls of a queue, one after the other."""
    while True:
        call, answers = work.get()
        answer: tuple[Any, BaseException | None]
        try:
            answer = _noted(call), None
        except BaseException as error:  # noqa: BLE001 (the caller raises it)
            answer = None, error
        _idle.put(work)
        answers.put(answer)
        del call, answers, answer  # they may be large


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
