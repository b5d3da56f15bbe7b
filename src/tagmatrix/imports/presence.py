"""Say which images there are: the axes, and the combinations that a release does not have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from tagmatrix.imports.boxes import cover

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tagmatrix.imports.boxes import Box, Point
    from tagmatrix.imports.placing import Placed

_LIST_WIDTH: Final = 80
_SHORT: Final = 0.6
_RULE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What there is.

    Attributes:
        axes: the names of the axes, in order.
        values: all values of each axis.
        of_flavors: the values of an axis in a flavor that has not all of them.
        of_releases: the values of an axis in a release that has not all of them.
        suites: the flavors of each suite, in order.
        excluded: conditions on images that no release has.
        listed: the cycles whose variants are listed.
    """

    axes: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    of_flavors: Mapping[tuple[str, str], tuple[str, ...]]
    of_releases: Mapping[tuple[str, str], tuple[str, ...]]
    suites: Mapping[str, tuple[str, ...]]
    excluded: tuple[Box, ...]
    listed: frozenset[str]

    def allowed(self, cycle: str, flavor: str, axis: str) -> tuple[str, ...]:
        """Return the values of an axis for a flavor in a release."""
        own = self.of_flavors.get((flavor, axis), self.values[axis])
        release = self.of_releases.get((cycle, axis))
        return own if release is None else tuple(one for one in release if one in own)


def find_presence(
    cells: Sequence[Placed], listed: Collection[str], only: Collection[str] = ()
) -> Presence:
    """Return what there is.

    The variants of the cycles in `listed` are listed anyway. `only` are the variants that
    other releases have, if the file lists them.
    """
    axes = tuple(dict.fromkeys(axis for placed in cells for axis in placed.name.axes))
    values = {axis: _values(cells, axis) for axis in axes}
    of_flavors, of_releases = {}, {}
    for axis in axes:
        for flavor in dict.fromkeys(placed.flavor for placed in cells):
            own = _values([one for one in cells if one.flavor == flavor], axis)
            if own and own != values[axis]:
                of_flavors[flavor, axis] = own
        for cycle in dict.fromkeys(placed.release.cycle for placed in cells):
            own = _values([one for one in cells if one.release.cycle == cycle], axis)
            if own and set(own) != set(values[axis]):
                of_releases[cycle, axis] = own
    draft = Presence(
        axes=axes,
        values=values,
        of_flavors=of_flavors,
        of_releases=of_releases,
        suites=_suites(cells),
        excluded=(),
        listed=frozenset(listed),
    )
    return _with_missing(draft, cells, only)


def _values(cells: Sequence[Placed], axis: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(placed.name.axes[axis] for placed in cells if axis in placed.name.axes)
    )


def _suites(cells: Sequence[Placed]) -> dict[str, tuple[str, ...]]:
    suites: dict[str, dict[str, None]] = {}
    for placed in cells:
        suites.setdefault(placed.suite, {})[placed.flavor] = None
    return {suite: tuple(flavors) for suite, flavors in suites.items()}


def _with_missing(draft: Presence, cells: Sequence[Placed], only: Collection[str]) -> Presence:
    """Add the shorter of two: conditions on missing images, or lists of variants."""
    there = {placed.point(draft.axes): placed for placed in cells}
    in_list = {
        placed.point(draft.axes)[1:] for placed in cells if not only or placed.variant in only
    }
    missing: dict[str, list[Point]] = {}
    for cycle in dict.fromkeys(placed.release.cycle for placed in cells):
        points = [
            point
            for point in _possible(draft, cycle, cells)
            if point not in there and (not only or point[1:] in in_list)
        ]
        if points and cycle not in draft.listed:
            missing[cycle] = points
    lengths = {
        cycle: _length_of_list([one for one in cells if one.release.cycle == cycle])
        for cycle in missing
    }
    boxes, listed = _shortest(missing, there, lengths)
    return replace(draft, excluded=tuple(boxes), listed=draft.listed | listed)


def _shortest(
    missing: Mapping[str, Sequence[Point]],
    there: Collection[Point],
    lengths: Mapping[str, float],
) -> tuple[list[Box], set[str]]:
    """Return conditions on missing images, and the cycles whose lists of variants are shorter."""

    def conditions(listed: Collection[str]) -> tuple[float, list[Box]]:
        wanted = [point for one in missing if one not in listed for point in missing[one]]
        boxes = cover(wanted, there)
        return sum(map(_length_of_rule, boxes)) + sum(lengths[one] for one in listed), boxes

    listed: set[str] = set()
    length, boxes = conditions(listed)
    order = sorted(lengths, key=lambda one: lengths[one])
    for other in (set(order), *({cycle} for cycle in order)):
        shorter, found = conditions(listed | other)
        if shorter < length:
            length, boxes, listed = shorter, found, listed | other
    return boxes, listed


def _length_of_list(cells: Sequence[Placed]) -> float:
    """Return the length of a list of variants; one that fits into the release's line is short."""
    width = len("variants: []") + sum(len(placed.variant) + 2 for placed in cells)
    return width * _SHORT if width <= _LIST_WIDTH else width + _LIST_WIDTH


def _length_of_rule(box: Box) -> int:
    return _RULE + sum(10 + sum(len(one) + 4 for one in side) for side in box if side is not None)


def _possible(draft: Presence, cycle: str, cells: Sequence[Placed]) -> Iterator[Point]:
    """Yield all combinations that a release has if nothing is excluded."""
    varying = {placed.flavor: tuple(placed.name.axes) for placed in cells}
    for suite, flavors in draft.suites.items():
        for flavor in flavors:
            sides = [
                draft.allowed(cycle, flavor, axis) if axis in varying[flavor] else ("",)
                for axis in draft.axes
            ]
            for values in product(*sides):
                yield (cycle, flavor, suite, *values)
