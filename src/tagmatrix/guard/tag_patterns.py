"""Find a few patterns that match many tags, and no other tags."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_HEAD_ENDS: Final = re.compile(r"(?<=[a-z0-9])(?![a-z0-9])|(?<=[a-z])(?=\d)")
_TAIL_BEGINS: Final = re.compile(r"(?<![a-z0-9.])(?=[a-z0-9])(?=.*[a-z])")
"""A tail has a letter: a number alone says nothing."""


def patterns(wanted: Sequence[str], every: Collection[str]) -> list[str]:
    """Return patterns that together match the wanted tags, and none of the others.

    A pattern has one `*`, at its beginning or its end. A tag that no such pattern matches
    is in the result by its name.

    >>> patterns(["3.12-win", "3.12-win-a", "3.12"], ["3.12", "3.12-win", "3.12-win-a", "3.12-b"])
    ['3.12-win*', '3.12']
    """
    heads = {f"{name[: cut.start()]}*" for name in wanted for cut in _HEAD_ENDS.finditer(name)}
    tails = {f"*{name[cut.start() :]}" for name in wanted for cut in _TAIL_BEGINS.finditer(name)}
    mine, all_names = _Names(wanted), _Names(every)
    candidates = {
        pattern: count
        for pattern in heads | tails
        if (count := mine.count(pattern)) > 1 and count == all_names.count(pattern)
    }
    left = dict.fromkeys(wanted)
    found: list[str] = []
    for pattern in sorted(candidates, key=lambda one: (-candidates[one], len(one), one)):
        word = pattern.strip("*")
        named = [
            name
            for name in left
            if (name.startswith(word) if pattern.endswith("*") else name.endswith(word))
        ]
        if len(named) > 1:
            found.append(pattern)
            for name in named:
                del left[name]
    return [*found, *left]


class _Names:
    """Names in both directions, to count those that match a pattern."""

    def __init__(self, names: Iterable[str]) -> None:
        self._forwards = sorted(names)
        self._backwards = sorted(name[::-1] for name in self._forwards)

    def count(self, pattern: str) -> int:
        """Return how many names match a pattern with `*` at its beginning or its end."""
        names, head = self._forwards, pattern.removesuffix("*")
        if pattern.startswith("*"):
            names, head = self._backwards, pattern[:0:-1]
        return bisect_left(names, head + "\U0010ffff") - bisect_left(names, head)
