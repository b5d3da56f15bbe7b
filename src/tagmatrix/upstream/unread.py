"""Find texts of a list that `match` does not match, and that name a newer version. Pure.

Upstream may change the shape of its names: `release-4.2.11` after `v4.2.10`. Without this check
the old version would be the newest for ever.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.upstream.release_order import is_for_prereleases, is_newer
from tagmatrix.versions import cycle_numbers, is_pre_release_word, leading_version, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.versions import Style

_NUMBERS: Final = re.compile(r"(?<![\d.])\d{1,9}(?:[._]\d{1,9})*", re.ASCII)
_WORD: Final = re.compile(r"[^\w\n]?_?([a-z]+)", re.ASCII | re.IGNORECASE)
_BEFORE: Final = re.compile(r"[^\d\n]{2,40}\Z", re.ASCII)
_LETTERS: Final = re.compile(r"[a-z]{2}", re.ASCII | re.IGNORECASE)
_MOST: Final = 20
"""The most texts before versions that are looked for."""


def newer(texts: Iterable[str], cycle: str, newest: str, style: Style) -> str:
    """Return the first text that names a version of a cycle newer than `newest`; else "".

    Pre-releases count in a cycle for pre-releases only: for others `match` may ignore them.

    >>> newer(["v1.2.4-rc1", "chart-7.1.0", "release-1.2.4"], "1.2", "1.2.3", "loose")
    'release-1.2.4'
    >>> newer(["v1.2.4-rc1", "b-1.2.4-rc2"], "1.2-rc", "1.2.4-rc1", "loose")
    'b-1.2.4-rc2'
    """
    read = parse(newest, style)
    numbers = _trimmed(read.numbers) if read else ()
    return next((text for text in texts if _is_newer(text, cycle, newest, numbers)), "")


def _is_newer(text: str, cycle: str, newest: str, than: tuple[int, ...]) -> bool:
    begin = cycle_numbers(cycle)
    for found in _NUMBERS.finditer(text):
        numbers = tuple(map(int, re.split("[._]", found[0])))
        if not begin or numbers[: len(begin)] != begin:
            continue
        word = _WORD.match(text, found.end())
        early = bool(word and _is_pre_release(word[1]))
        if _trimmed(numbers) > than and (is_for_prereleases(cycle) or not early):
            return True
        named = leading_version(text[found.start() :], "loose") if early else None
        if named and is_for_prereleases(cycle) and is_newer(str(named), newest, "loose"):
            return True
    return False


def _is_pre_release(word: str) -> bool:
    return word.lower() in {"a", "b", "c", "m"} or is_pre_release_word(word)


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return numbers without zeros at the end: 1.2 is 1.2.0."""
    while numbers and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers


def beside(text: str, starts: Iterable[int]) -> tuple[str, ...]:
    r"""Return what a text has after the words before its versions, where no version was found.

    Args:
        text: the text.
        starts: where its versions begin.

    >>> beside("tool 1.2.3 of May\ntool 1.2.4 (security)\nneeds 7\n", [5])
    ('1.2.4 (security)',)
    """
    places = {*starts}
    words: dict[str, None] = {}
    for place in sorted(places):
        before = _BEFORE.search(text, max(0, place - 40), place)
        if before and _LETTERS.search(before[0]) and len(words) < _MOST:
            words[before[0]] = None
    if not words:
        return ()
    pattern = rf"(?:{'|'.join(map(re.escape, words))})(?=(\d[^\n]{{0,40}}))"
    found = re.finditer(pattern, text)
    return tuple(each[1] for each in found if each.start(1) not in places)
