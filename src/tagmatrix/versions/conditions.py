"""Conditions on release cycles, such as `>=3.11,<3.14`.

Conditions compare the numbers of the cycle, never the version. A rule for 3.15 must
hold for its pre-releases too, but packaging's
`SpecifierSet(">=3.15").contains("3.15.0b3")` is False.
"""

from __future__ import annotations

import operator
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.versions.cycles import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS_PATTERN: Final = (
    r"(?:>=|<=|==|!=|>|<) *[0-9]+(?:\.[0-9]+)*"
    r"(?: *, *(?:>=|<=|==|!=|>|<) *[0-9]+(?:\.[0-9]+)*)*"
)

_OPERATORS: Final[dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


class Comparison(NamedTuple):
    """One comparison with a cycle's numbers, such as `>=3.11`."""

    symbol: str
    numbers: tuple[int, ...]

    def holds(self, cycle: str) -> bool:
        """Return whether the cycle's numbers match; a cycle without numbers never does."""
        numbers = cycle_numbers(cycle)
        if not numbers:
            return False
        # missing numbers count as 0, as in PEP 440
        mine, others = zip(*zip_longest(numbers, self.numbers, fillvalue=0), strict=True)
        return _OPERATORS[self.symbol](mine, others)


def parse_comparisons(text: str) -> tuple[Comparison, ...]:
    """Parse comparisons such as `>=3.11,<3.14`; a cycle matches if all of them hold.

    The text must match COMPARISONS_PATTERN.

    >>> [c.holds("3.15-rc") for c in parse_comparisons(">=3.15, <4")]
    [True, True]
    """
    comparisons = []
    for part in text.split(","):
        match = re.fullmatch(r"(>=|<=|==|!=|>|<)\s*([\d.]+)", part.strip(), re.ASCII)
        if match is None:
            raise ValueError(text)
        comparisons.append(Comparison(match[1], cycle_numbers(match[2])))
    return tuple(comparisons)
