"""Find a few patterns that match many tags, and no other tags."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


def patterns(wanted: Sequence[str], every: Collection[str]) -> list[str]:
    """Return patterns that together match the wanted tags, and none of the others.

    A pattern has one `*`, at its beginning or its end. A tag that no such pattern matches
    is in the result by its name.

    >>> patterns(["3.12-win", "3.12-win-a", "3.12"], ["3.12", "3.12-win", "3.12-win-a", "3.12-b"])
    ['3.12-win*', '3.12']
    """
    begins, ends = _Prefixes(every), _Prefixes(name[::-1] for name in every)
    mine, mine_reversed = _Prefixes(wanted), _Prefixes(name[::-1] for name in wanted)
    candidates: dict[str, int] = {}
    for name in wanted:
        for cut in re.finditer(r"(?<=[a-z0-9])(?![a-z0-9])|(?<=[a-z])(?=\d)", name):
            head = name[: cut.start()]
            if (count := mine.count(head)) == begins.count(head) and count > 1:
                candidates[f"{head}*"] = count
        for cut in re.finditer(r"(?<![a-z0-9.])(?=[a-z0-9])", name):
            tail = name[cut.start() :]
            if (
                re.search("[a-z]", tail)
                and (count := mine_reversed.count(tail[::-1])) == ends.count(tail[::-1])
                and count > 1
            ):
                candidates[f"*{tail}"] = count
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


class _Prefixes:
    """A list of texts that counts how many begin with a prefix."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = sorted(texts)

    def count(self, head: str) -> int:
        """Return how many texts begin with `head`."""
        return bisect_left(self._texts, head + "\U0010ffff") - bisect_left(self._texts, head)
