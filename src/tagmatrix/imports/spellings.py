"""Find the suffixes of a flavor: those of all its variants, and those on default suites.

What does not follow the patterns of its flavor is a cell of its own, whose tags are listed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tagmatrix.imports.cells import TagSuffix
    from tagmatrix.imports.placing import Placed

SUITE: Final = "suite"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuffixPattern:
    """A suffix as a pattern, with its own aliases (None: all) and where it holds.

    `on` has `suite` or axes: the suffix is for their defaults only.
    """

    suffix: str
    shared: bool
    aliases: tuple[str, ...] | None = None
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The default suite by flavor and cycle, and the default on each axis by cycle and axis."""

    suites: Mapping[tuple[str, str], str | None]
    axes: Mapping[tuple[str, str], str | None]

    def holds(self, placed: Placed, what: str) -> bool:
        """Return whether a cell is on the default suite, or on the default of an axis."""
        cycle = placed.release.cycle
        if what == SUITE:
            return self.suites.get((placed.flavor, cycle)) == placed.suite
        return self.axes.get((cycle, what)) == placed.name.axes.get(what, "")


def find_defaults(cells: Sequence[Placed]) -> Defaults:
    """Return the defaults: a suite or a value with more suffixes than others of its release."""
    flavors: defaultdict[str, list[Placed]] = defaultdict(list)
    for placed in cells:
        flavors[placed.flavor].append(placed)
    suites: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    values: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name, members in flavors.items():
        common = set.intersection(*(set(placed.spellings) for placed in members))
        for placed in members:
            cycle = placed.release.cycle
            more = len(placed.spellings.keys() - common)
            suites[name, cycle][placed.suite] += more
            for axis, value in placed.name.axes.items():
                values[cycle, axis][value] += more
    return Defaults(
        suites={key: _first(each) for key, each in suites.items()},
        axes={key: _first(each) for key, each in values.items()},
    )


def _first(counts: Counter[str]) -> str | None:
    """Return the value with the highest count; None if no value has more than another."""
    (value, count), *rest = counts.most_common(2)
    if not count or (rest and rest[0][1] == count):
        return None
    return value


def fit(
    cells: Sequence[Placed], defaults: Defaults, owned: Collection[str]
) -> tuple[list[SuffixPattern], list[Placed]]:
    """Return the spellings of a flavor, and its cells that do not follow them.

    `owned` are the aliases of all releases.
    """
    fullest = sorted(cells, key=lambda placed: -len(placed.spellings))
    suffixes = dict.fromkeys(suffix for placed in fullest for suffix in placed.spellings)
    axes = dict.fromkeys(axis for placed in cells for axis in placed.name.axes)
    odd: dict[int, Placed] = {}
    spellings = []
    for suffix in suffixes:
        there = [placed for placed in cells if suffix in placed.spellings]
        on, wrong = _place(suffix, cells, defaults, list(axes))
        if on is not None:
            aliases, unlike = _own_aliases(suffix, there, owned)
            wrong += unlike
            spellings.append(
                SuffixPattern(suffix=suffix.text, shared=suffix.shared, aliases=aliases, on=on)
            )
        odd.update((placed.cell.number, placed) for placed in wrong)
    return spellings, list(odd.values())


def _place(
    suffix: TagSuffix, cells: Sequence[Placed], defaults: Defaults, axes: Sequence[str]
) -> tuple[tuple[str, ...] | None, list[Placed]]:
    """Return where a suffix holds, and the cells for which that is wrong; None: nowhere."""
    best: tuple[str, ...] | None = None
    wrong = [placed for placed in cells if suffix in placed.spellings]
    for on in _subsets([SUITE, *axes]):
        missed = [
            placed
            for placed in cells
            if (suffix in placed.spellings) != all(defaults.holds(placed, what) for what in on)
        ]
        if len(missed) < len(wrong) or (not on and len(missed) == len(wrong) == 1):
            best, wrong = on, missed
    return best, wrong


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def kind(alias: str, placed: Placed) -> str:
    """Return an alias as a pattern for all releases: `{version}`, `{cycle}` or `{major}`."""
    release = placed.release
    if alias == placed.cell.version and release.version:
        return "{version}"
    if alias == release.cycle:
        return "{cycle}"
    return "{major}" if alias == release.major else alias


def _own_aliases(
    suffix: TagSuffix, cells: Sequence[Placed], owned: Collection[str]
) -> tuple[tuple[str, ...] | None, list[Placed]]:
    """Return the aliases that a suffix has in all cells, and the cells that have others."""
    if not (odd := [one for one in cells if not _has_all(one, suffix)]):
        return None, []
    every = dict.fromkeys(
        kind(alias, placed) for placed in cells for alias in placed.spellings[suffix]
    )
    best: tuple[tuple[str, ...] | None, list[Placed]] = (None, odd)
    choices = [tuple(every)]
    choices += [tuple(kind(a, one) for a in one.spellings[suffix]) for one in cells]
    for choice in dict.fromkeys(choices):
        unlike = [placed for placed in cells if not _has(placed, suffix, choice, owned)]
        if len(unlike) < len(best[1]):
            best = choice, unlike
    return best


def _has_all(placed: Placed, suffix: TagSuffix) -> bool:
    return set(placed.spellings[suffix]) == set(placed.aliases)


def _has(placed: Placed, suffix: TagSuffix, kinds: Collection[str], owned: Collection[str]) -> bool:
    """Return whether a cell has just these aliases of its release.

    A word that no release owns is an alias of each image with the suffix.
    """
    release = placed.release
    if "{cycle}" in kinds and release.cycle not in release.aliases:
        return False
    if "{version}" in kinds and not release.version:
        return False
    own = {alias for alias in placed.aliases if kind(alias, placed) in kinds}
    own |= {alias for alias in kinds if "{" not in alias and alias not in owned}
    return own == set(placed.spellings[suffix])
