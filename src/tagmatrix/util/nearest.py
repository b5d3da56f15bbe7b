"""The nearest of known words, for messages."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUGGESTIONS: Final = 20  # so many known words are listed
_LONGEST_WORD: Final = 128  # longer ones have no nearest: comparing them takes too long
_MOST_WORDS: Final = 2_000


def nearest(word: str, known: Iterable[str]) -> str:
    """Return '; did you mean X?' for the nearest known word, else what there is.

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
    more = len(names) - _SUGGESTIONS
    listed = ", ".join(shown(name) for name in names[:_SUGGESTIONS])
    return f"; there are {listed}" + (f" and {more:,} more" if more > 0 else "")


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
