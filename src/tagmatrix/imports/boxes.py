"""Describe a set of points with few conditions: each condition is a set of values by dimension.

A point is a cell of the matrix: its cycle, flavor, suite and its values on the axes.
"""

from __future__ import annotations

from itertools import permutations
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
    while left:
        box = max(
            _grown(left[0], wanted, others),
            key=lambda one: (sum(contains(one, point) for point in left), -_size(one)),
        )
        boxes.append(_narrowed(box, [point for point in left if contains(box, point)]))
        left = [point for point in left if not contains(box, point)]
    return boxes


def _grown(point: Point, wanted: Sequence[Point], others: Collection[Point]) -> list[Box]:
    """Return the largest conditions around a point, by the order in which they grow."""
    start: Box = tuple(frozenset({value}) for value in point)
    values = [dict.fromkeys(one[number] for one in wanted) for number in range(len(point))]
    orders = list(permutations(range(len(point))))[:_ORDERS]
    found: dict[Box, None] = {}
    for order in orders:
        box = start
        for number in order:
            box = _widened(box, number, values[number], others)
        found[box] = None
    return list(found)


def _widened(box: Box, number: int, values: Collection[str], others: Collection[Point]) -> Box:
    """Return a condition with one dimension as wide as possible."""
    near = [
        point[number]
        for point in others
        if contains((*box[:number], None, *box[number + 1 :]), point)
    ]
    if not near:
        return (*box[:number], None, *box[number + 1 :])
    side = frozenset(values) - frozenset(near)
    return (*box[:number], side, *box[number + 1 :])


def _narrowed(box: Box, points: Sequence[Point]) -> Box:
    """Return a condition without the values that no point needs: another one has them."""
    return tuple(
        None if side is None else side & {point[number] for point in points}
        for number, side in enumerate(box)
    )


def _size(box: Box) -> int:
    """Return the length of a condition: short ones are better."""
    return sum(1 + len(side) for side in box if side is not None)
