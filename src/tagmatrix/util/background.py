"""Calls in the background: the caller does not wait for git or for the disk meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Background(Generic[T]):
    """A call in a separate thread; leaving the context waits until it ends.

    >>> with Background(lambda: 6 * 7) as work:
    ...     work.result()
    42
    """

    def __init__(self, work: Callable[[], T]) -> None:
        """Start the work."""
        self._answer: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Wait after an error too: no work may go on when the caller has left the context.
        self._thread.join()

    def result(self) -> T:
        """Wait for the work and return its result, or raise its exception."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer[0]

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._answer.append(work())
        except BaseException as error:  # noqa: BLE001 (`result` raises it)
            self._error = error
