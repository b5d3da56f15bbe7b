"""What follows the numbers of a version, and its place in the order."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.versions.pre_release_words import PRE_RELEASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Larger than any number of a pre-release: a word after its word is newer.
_AFTER_NUMBERS: Final = 10**256


class Mark(NamedTuple):
    """What follows the numbers: the word of a pre-release, a patch, a revision, a build.

    Attributes:
        word: the word in lower case, or the separator of a build without a word; empty for a word
            that says nothing, such as `Final`.
        rank: negative for a pre-release, positive for what comes after the final version,
            and 0 for a word that says nothing.
        numbers: the numbers after the word.
    """

    word: str
    rank: int
    numbers: tuple[int, ...] = ()

    @property
    def is_line(self) -> bool:
        """Return whether it is a word of the table alone, the name of a line: `rc`."""
        return not self.numbers and self.word in PRE_RELEASES


def place(mark: Mark, after: Mark | None) -> tuple[int, tuple[int, ...]]:
    """Return the place of a mark in the order: alpha, alpha.1, alpha.beta, as in SemVer."""
    if mark.rank < 0 and mark.word not in PRE_RELEASES:
        first, *names = mark.word.split(".")
        if first not in PRE_RELEASES:
            return mark.rank, (_AFTER_NUMBERS + 1, *_identifiers([first, *names]))
        counted = list(takewhile(str.isdigit, names))
        rest = _identifiers(names[len(counted) :])
        return mark.rank, (*map(int, counted), _AFTER_NUMBERS, 1, *rest)
    if after and not mark.numbers and PRE_RELEASES["dev"] < after.rank < 0:
        return mark.rank, (_AFTER_NUMBERS,)
    return mark.rank, significant(mark.numbers)


def _identifiers(names: Iterable[str]) -> Iterator[int]:
    """Yield the order of SemVer's identifiers: numbers by value, before words by alphabet."""
    for name in names:
        if name.isdigit():
            yield from (0, int(name))
        else:
            yield from (1, *name.encode(), 0)


def significant(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return numbers without zeros at their end, which don't count."""
    length = len(numbers)
    while length and not numbers[length - 1]:
        length -= 1
    return numbers[:length]
