"""Work that goes on beside the caller: waiting for git and for the disk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Background(Generic[T]):
    """A call in a thread of its own; leaving the context waits for its end.

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
        # Also when something went wrong here: nothing goes on behind the caller's back.
        self._thread.join()

    def result(self) -> T:
        """Wait for the answer; raises what the work raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer[0]

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._answer.append(work())
        except BaseException as error:  # noqa: BLE001 (it is raised where the answer is asked for)
            self._error = error
