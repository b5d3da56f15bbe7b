"""Requests to registries, several at the same time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.util import workers
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    Progress: TypeAlias = Callable[[int, int], None] | None
    """Gets the number of calls that are done, and of all."""

K = TypeVar("K")
T = TypeVar("T")


def for_each(call: Callable[[K], T], keys: Iterable[K], progress: Progress = None) -> dict[K, T]:
    """Make a call for each key, once if a key is there twice; return the results by key."""
    every = list(dict.fromkeys(keys))
    results = workers.at_once([partial(call, key) for key in every], AT_ONCE, progress)
    return dict(zip(every, results, strict=True))
