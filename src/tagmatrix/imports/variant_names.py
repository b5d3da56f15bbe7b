"""Name the variants: which words of a suffix are the suite and the axes, as patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.imports.axes import counted, find_axes
from tagmatrix.manifest.base_systems import Suites, is_family

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.cells import ImportedCell

_SEPARATORS: Final = re.compile(r"([-/,:@]|(?<=[a-z])\.|\.(?=[a-z]))")
_SHORT: Final = 2
"""A number that is not longer may mean something else: `9` of `ubi9`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The name of a cell's variant.

    Attributes:
        pattern: its name with holes: `jdk{jdk}-{suite}`.
        suite: its suite; empty if its name has none.
        axes: its value on each axis.
        words: the pattern of each of its words that is a hole, with the word before it if the
            word alone means nothing.
    """

    pattern: str
    suite: str
    axes: Mapping[str, str]
    words: Mapping[tuple[str, str], str]

    def abstract(self, text: str, *, loose: bool = False) -> str:
        """Return a suffix or a path with the suite and the axes as holes.

        `loose` allows the value on an axis behind another word, or alone, as in the names of
        base images and folders: `php:8.4-apache`, `openjdk21` for `jdk21`.
        """
        parts = _SEPARATORS.split(text)
        before = ""
        for number in range(0, len(parts), 2):
            word = parts[number]
            hole = self.words.get(("", word)) or self.words.get((before, word))
            if hole is None and loose:
                hole = self._loosely(word)
            if hole is None and word and word == self.suite and len(word) > _SHORT:
                hole = "{suite}"
            parts[number] = word if hole is None else hole
            before = word
        return "".join(parts)

    def _loosely(self, word: str) -> str | None:
        """Return the pattern of a word that ends in a value on an axis."""
        for axis, value in self.axes.items():
            head = word.removesuffix(value)
            if head != word and (not head or head.isalpha()):
                return f"{head}{{{axis}}}"
        return None


def name_variants(
    cells: Sequence[ImportedCell], releases: Sequence[str], *, axes: bool
) -> list[Name]:
    """Return the name of each cell's variant; `releases` has the release of each."""
    suites = Suites(cell.variant for cell in cells)
    plain = [_words_of(cell.variant, suites) for cell in cells]
    found: Mapping[str, str] = {}
    if axes:
        words = (tuple(_but(words, at)) for words, at, _ in plain)
        found = find_axes(zip(releases, words, strict=True))
    return [_name(words, at, suite, found) for words, at, suite in plain]


def _words_of(variant: str, suites: Suites) -> tuple[list[str], int, str]:
    """Return the words of a variant, the position of its suite (or -1), and the suite."""
    words = variant.split("-")
    suite = suites.split(variant)[1]
    for number, word in enumerate(words):
        head = word.removesuffix(suite)
        if suite and word.endswith(suite) and (not head or is_family(head)):
            return words, number, suite
    return words, -1, ""


def _but(words: list[str], position: int) -> list[str]:
    return ["*" if number == position else word for number, word in enumerate(words)]


def _name(words: list[str], at: int, suite: str, axes: Mapping[str, str]) -> Name:
    pattern = list(words)
    holes: dict[tuple[str, str], str] = {}
    values: dict[str, str] = {}
    if at >= 0:
        head = words[at].removesuffix(suite)
        pattern[at] = f"{head}{{suite}}"
        before = words[at - 1] if at and words[at].isdigit() else ""
        holes[before, words[at]] = pattern[at]
    for one in counted(_but(words, at)):
        if axis := axes.get(one.prefix):
            word = words[one.position]
            values[axis] = one.value
            joined = word != one.value
            pattern[one.position] = f"{one.prefix if joined else ''}{{{axis}}}"
            before = "" if joined else one.prefix
            holes[before, word] = pattern[one.position]
    return Name(pattern="-".join(pattern), suite=suite, axes=values, words=holes)
