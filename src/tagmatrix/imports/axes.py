"""Find the axes of a family: words of variants whose number varies within a release.

With `jdk21-noble` and `jdk25-noble` in one release there is an axis `jdk`. Words that never
appear together and have the same numbers (`jdk25`, `jre25`) are one axis.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_JOINED: Final = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z_]*)(?P<value>\d[\d.]*)", re.ASCII)
_NUMBER: Final = re.compile(r"\d[\d.]*", re.ASCII)
_RESERVED: Final = frozenset(
    {"image", "suite", "cycle", "version", "name", "folder", "alias", "major"}
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A word with a number: `php8.4`, or the `21` of `temurin-21`."""

    position: int
    prefix: str
    value: str


def counted(words: Sequence[str]) -> list[Counted]:
    """Return the words with a number, and where they are.

    >>> counted(["php8.4", "apache"])
    [Counted(position=0, prefix='php', value='8.4')]
    >>> counted(["temurin", "21"])
    [Counted(position=1, prefix='temurin', value='21')]
    """
    found = []
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        if match := _JOINED.fullmatch(word):
            found.append(Counted(position, match["prefix"], match["value"]))
        elif before.isalpha() and _NUMBER.fullmatch(word):
            found.append(Counted(position, before, word))
    return found


def find_axes(variants: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    """Return the axis of each word that varies; `variants` has release and words of each."""
    values: defaultdict[str, dict[str, None]] = defaultdict(dict)
    slots: defaultdict[tuple[str, str, tuple[str, ...]], set[str]] = defaultdict(set)
    together: set[tuple[str, str]] = set()
    for release, words in variants:
        found = counted(words)
        blank = list(words)
        for one in found:
            blank[one.position] = one.prefix
        for one in found:
            values[one.prefix][one.value] = None
            slots[release, one.prefix, tuple(blank)].add(one.value)
            together.update((one.prefix, other.prefix) for other in found if other is not one)
    varying = dict.fromkeys(prefix for (_, prefix, _), each in slots.items() if len(each) > 1)
    return _grouped({prefix: values[prefix] for prefix in varying}, together)


def _grouped(
    values: Mapping[str, Mapping[str, None]], together: set[tuple[str, str]]
) -> dict[str, str]:
    axes: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for prefix, own in values.items():
        for name, others in members.items():
            known = {value for other in others for value in values[other]}
            apart = all((prefix, other) not in together for other in others)
            if apart and 2 * len(known & set(own)) >= min(len(known), len(own)):
                axes[prefix] = name
                others.append(prefix)
                break
        else:
            axes[prefix] = _free_name(prefix, members)
            members[axes[prefix]] = [prefix]
    return axes


def _free_name(prefix: str, taken: Iterable[str]) -> str:
    name = prefix.lower().strip("_") or "axis"
    if name in _RESERVED or name in taken:
        name = f"{name}_number"
    while name in taken:
        name += "_"
    return name
