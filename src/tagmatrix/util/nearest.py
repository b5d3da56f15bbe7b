"""Suggestions for unknown words in messages: the nearest known word."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.problems import shown
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUGGESTIONS: Final = 20  # the most known words that a message lists
_LONGEST_WORD: Final = 128  # comparing longer words takes too long
_MOST_WORDS: Final = 2_000


def nearest(word: str, known: Iterable[str]) -> str:
    """Return '; did you mean X?' with the nearest known word, else a list of the known words.

    >>> nearest("flavour", ["flavor", "suite"])
    '; did you mean flavor?'
    >>> nearest("zzz", ["flavor", "suite"])
    '; there are flavor, suite'
    """
    names = list(known)
    if not names:
        return "; there is none"
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
    import difflib  # noqa: PLC0415 (only when something is wrong)

    if len(word) > _LONGEST_WORD:
        return ""
    near = [name for name in islice(known, _MOST_WORDS) if len(name) <= _LONGEST_WORD]
    return next(iter(difflib.get_close_matches(word, near, n=1)), "")
