"""Describe a set of points with few conditions: each condition is a set of values by dimension.

A point is a cell of the matrix: its cycle, flavor, suite and its values on the axes.
"""

from __future__ import annotations

from functools import reduce
from itertools import islice, permutations
from operator import or_
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Point: TypeAlias = "tuple[str, ...]"
Box: TypeAlias = "tuple[frozenset[str] | None, ...]"
"""The allowed values of each dimension; None allows all."""

_ORDERS: Final = 24


def contains(box: Box, point: Point) -> bool:
    """Return whether a point fulfils a condition."""
    return all(side is None or value in side for side, value in zip(box, point, strict=True))


def cover(wanted: Sequence[Point], others: Collection[Point]) -> list[Box]:
    """Return conditions that all wanted points fulfil, one of them at least, and no other point.

    >>> cover([("1", "slim"), ("1", "alpine")], [("2", "slim"), ("2", "alpine")])
    [(frozenset({'1'}), None)]
    """
    boxes: list[Box] = []
    left = list(wanted)
    if not left:
        return boxes
    size = len(left[0])
    values = [frozenset(one[number] for one in wanted) for number in range(size)]
    index = _Index(others, size)
    while left:
        box = max(
            _grown(left[0], values, index),
            key=lambda one: (sum(contains(one, point) for point in left), -_size(one)),
        )
        boxes.append(_narrowed(box, [point for point in left if contains(box, point)]))
        left = [point for point in left if not contains(box, point)]
    return boxes


class _Index:
    """Finds the points that fulfil a condition: a set of points is the bits of a number."""

    def __init__(self, points: Collection[Point], size: int) -> None:
        self._all = (1 << len(points)) - 1
        self._having: list[dict[str, int]] = [{} for _ in range(size)]
        for bit, point in enumerate(points):
            for having, value in zip(self._having, point, strict=True):
                having[value] = having.get(value, 0) | 1 << bit

    def values(self, box: Box, number: int) -> frozenset[str]:
        """Return the values in a dimension of the points that fulfil the rest of a condition."""
        found = self._all
        for other, side in enumerate(box):
            if other != number and side is not None:
                having = self._having[other]
                found &= reduce(or_, (having.get(value, 0) for value in side), 0)
        return frozenset(value for value, bits in self._having[number].items() if bits & found)


def _grown(point: Point, values: Sequence[frozenset[str]], index: _Index) -> list[Box]:
    """Return the largest conditions around a point, by the order in which they grow."""
    found: dict[Box, None] = {}
    for order in islice(permutations(range(len(point))), _ORDERS):
        box: Box = tuple(frozenset({value}) for value in point)
        for number in order:
            near = index.values(box, number)
            side = values[number] - near if near else None
            box = (*box[:number], side, *box[number + 1 :])
        found[box] = None
    return list(found)


def _narrowed(box: Box, points: Sequence[Point]) -> Box:
    """Return a condition without the values that no point needs: another one has them."""
    return tuple(
        None if side is None else side & {point[number] for point in points}
        for number, side in enumerate(box)
    )


def _size(box: Box) -> int:
    """Return the length of a condition: short ones are better."""
    return sum(1 + len(side) for side in box if side is not None)
