"""Answers that a source requests once, although several threads need them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Once:
    """Answers by name; a thread waits for another one that requests the same answer."""

    def __init__(self) -> None:
        """Begin without answers."""
        self._known: dict[str, Any] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def answer(self, name: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 (what `ask` returns)
        """Return what `ask` returned for a name; only the first call calls it."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._known:
                self._known[name] = ask()
            return self._known[name]
