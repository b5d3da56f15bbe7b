"""Suggestions for unknown words in messages: the nearest known word."""

from __future__ import annotations

from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.problems import shown
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUGGESTIONS: Final = 20  # the most known words that a message lists
# Comparing takes time, and a file may have hundreds of unknown words.
_LONGEST_WORD: Final = 64
_MOST_WORDS: Final = 300
_COMPARED: Final = 8
_SIMILAR: Final = 0.6  # difflib's own limit


def nearest(word: str, known: Iterable[str]) -> str:
    """Return '; did you mean X?' with the nearest known word, else a list of the known words.

    >>> nearest("flavour", ["flavor", "suite"])
    '; did you mean flavor?'
    >>> nearest("zzz", ["flavor", "suite"])
    '; there are flavor and suite'
    """
    names = list(known)
    if not names:
        return "; there are none"
    if close := closest(word, names):
        return f"; did you mean {close}?"
    if len(names) == 1:
        return f"; there is only {shown(names[0])}"
    return f"; there are {few([shown(name) for name in names], _SUGGESTIONS)}"


def closest(word: str, known: Iterable[str]) -> str:
    """Return the nearest known word; empty if none is near.

    >>> closest("instaler", ["installer", "source"]), closest("zzz", ["source"])
    ('installer', '')
    """
    return next(iter(similar(word, known)), "")


def similar(
    word: str,
    known: Iterable[str],
    *,
    count: int = 1,
    cutoff: float = _SIMILAR,
    most: int = _MOST_WORDS,
    compared: int = _COMPARED,
) -> list[str]:
    """Return at most `count` near words, the nearest first.

    Args:
        word: the unknown word.
        known: the known words.
        count: the largest number of results.
        cutoff: the least similarity, from 0 to 1.
        most: how many known words count.
        compared: how many of them are compared exactly: those with the most common letters.

    >>> similar("slim-trixi", ["trixie", "slim-trixie", "slim-bookworm"], count=2)
    ['slim-trixie', 'trixie']
    """
    import difflib  # noqa: PLC0415 (only when something is wrong)

    if len(word) > _LONGEST_WORD:
        return []
    matcher = difflib.SequenceMatcher(b=word)
    near = []
    for name in islice(known, most):
        if len(name) <= _LONGEST_WORD:
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() >= cutoff and matcher.quick_ratio() >= cutoff:
                near.append((matcher.quick_ratio(), name))
    best = []
    for _, name in nlargest(compared, near):
        matcher.set_seq1(name)
        best.append((matcher.ratio(), name))
    return [name for ratio, name in nlargest(count, best) if ratio >= cutoff]
