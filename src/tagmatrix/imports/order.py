"""Keep the order of the manifest's entries, if suites and their flavors do not give it."""

from __future__ import annotations

import graphlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.presence import Presence

_MOST: Final = 16
"""The length of a list that people still read; a longer one is not written."""


def variant_list(cells: Sequence[Placed], presence: Presence) -> dict[str, Any]:
    """Return the list of all variants in the order of the manifest, if the file needs one."""
    releases = _releases(cells, presence)
    if presence.axes or all(_is_natural(members, presence) for members in releases):
        return {}
    names = _merged(releases)
    return {"variants": names} if names and len(names) <= _MOST else {}


def is_kept(cells: Sequence[Placed], presence: Presence) -> bool:
    """Return whether the file makes the entries in the order of the manifest."""
    releases = _releases(cells, presence)
    natural = all(_is_natural(members, presence) for members in releases)
    return natural or bool(variant_list(cells, presence))


def _releases(cells: Sequence[Placed], presence: Presence) -> list[list[Placed]]:
    """Return the cells of each release whose variants are not listed anyway."""
    found: dict[str, list[Placed]] = {}
    for placed in cells:
        if placed.release.cycle not in presence.listed:
            found.setdefault(placed.release.cycle, []).append(placed)
    return list(found.values())


def _is_natural(cells: Sequence[Placed], presence: Presence) -> bool:
    """Return whether cells are in the order of suites, their flavors, and the axes."""
    suites = list(presence.suites)

    def rank(placed: Placed) -> tuple[int, ...]:
        flavors = presence.suites[placed.suite]
        values = [presence.values[axis].index(value) for axis, value in placed.name.axes.items()]
        return suites.index(placed.suite), flavors.index(placed.flavor), *values

    ranks = [rank(placed) for placed in cells]
    return ranks == sorted(ranks)


def _merged(releases: Sequence[Sequence[Placed]]) -> list[str]:
    """Return all variants in an order that all releases agree on; empty if there is none."""
    before: dict[str, dict[str, None]] = {}
    for cells in releases:
        for placed in cells:
            before.setdefault(placed.variant, {})
        for upper, lower in pairwise(cells):
            before[lower.variant][upper.variant] = None
    try:
        return list(graphlib.TopologicalSorter(before).static_order())
    except graphlib.CycleError:
        return []
