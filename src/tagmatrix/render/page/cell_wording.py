"""Cells of the matrix as text: the variants, and their cycles unless they are all cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.util.markdown_text import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cell = tuple[str, str]
"""A cycle and the name of a variant."""


class Cells:
    """All cells of the matrix: `text` names some of them in short."""

    def __init__(self, every: Iterable[Cell]) -> None:
        self._every = _by_variant(every)

    def text(self, cells: Iterable[Cell], most: int, *, always: bool = False) -> str:
        """Return some cells as Markdown; with the cycles of a variant unless it has all of them.

        Each list has at most `most` names. With `always`, the cycles are always named.

        >>> cells = Cells([("2", "slim"), ("2", "full"), ("1", "slim"), ("1", "full")])
        >>> cells.text([("2", "slim"), ("1", "slim"), ("1", "full")], 9)
        '`slim`; `full` (1)'
        """
        groups: dict[tuple[str, ...], list[str]] = {}
        for variant, cycles in _by_variant(cells).items():
            whole = not always and len(cycles) == len(self._every.get(variant, ()))
            groups.setdefault(() if whole else tuple(cycles), []).append(variant)
        return "; ".join(
            with_commas([code(name) if name else "the bare version" for name in variants], most)
            + (f" ({with_commas(cycles, most)})" if cycles else "")
            for cycles, variants in groups.items()
        )


def with_commas(names: Sequence[str], most: int) -> str:
    """Return names as the page lists them outside of sentences, and how many more there are.

    >>> with_commas("abc", 3), with_commas("abc", 2)
    ('a, b, c', 'a, b and 1 more')
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _by_variant(cells: Iterable[Cell]) -> dict[str, list[str]]:
    cycles: dict[str, list[str]] = {}
    for cycle, variant in cells:
        cycles.setdefault(variant, []).append(cycle)
    return cycles
