"""Find the rules that hold for each cell of the matrix.

A condition has a half about the release and a half about the variant. To save
time, `Rules` evaluates each half once per release and once per variant, not once
per cell. It keeps the results as bits, one for each rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.config.model import Axes, Component, Condition, Exclusion, Setting
    from tagmatrix.config.publishing import Destination, Secret


class ReleaseVariant(NamedTuple):
    """A cell of the matrix: a release and a variant."""

    cycle: str
    flavor: str
    suite: str
    variant: str
    axes: Axes = ()


class Rules:
    """Rules with a `when` and an `unless`.

    This class does not evaluate conditions on architectures. An `unless` that names
    architectures excepts only these (`sparing`); its rule holds for the others.
    """

    def __init__(
        self, rules: Iterable[Exclusion | Setting | Component | Destination | Secret]
    ) -> None:
        self._conditions = [(rule.when, rule.unless) for rule in rules]
        self._sparing = sum(
            bool(unless and unless.architectures) << number
            for number, (_, unless) in enumerate(self._conditions)
        )
        self._releases: dict[str, tuple[int, int]] = {}
        self._variants: dict[tuple[str, str, str, Axes], tuple[int, int]] = {}

    def holding(self, cell: ReleaseVariant) -> int:
        """Return the rules that hold for a cell: bit N is set if rule N holds."""
        when, unless = self._cell(*cell)
        return when & ~(unless & ~self._sparing)

    def numbers(self, cell: ReleaseVariant) -> list[int]:
        """Return the numbers of the rules that hold for a cell, from 0 on."""
        holding = self.holding(cell)
        return [number for number in range(holding.bit_length()) if holding >> number & 1]

    def sparing(self, cell: ReleaseVariant) -> int:
        """Return the rules that hold for a cell, but not for some of its architectures."""
        return self._sparing and self._cell(*cell)[1] & self._sparing

    def _cell(
        self, cycle: str, flavor: str, suite: str, variant: str, axes: Axes
    ) -> tuple[int, int]:
        """Return the bits of `when` and `unless` for a cell."""
        release = self._releases.get(cycle)
        if release is None:
            release = self._releases[cycle] = self._halves(lambda half: half.matches_cycle(cycle))
        key = (flavor, suite, variant, axes)
        other = self._variants.get(key)
        if other is None:
            other = self._variants[key] = self._halves(lambda half: half.matches_variant(*key))
        return release[0] & other[0], release[1] & other[1]

    def _halves(self, matches: Callable[[Condition], bool]) -> tuple[int, int]:
        """Return the bits of `when` (absent: 1) and those of `unless` (absent: 0)."""
        when = unless = 0
        for number, (wanted, unwanted) in enumerate(self._conditions):
            when |= (wanted is None or matches(wanted)) << number
            unless |= (unwanted is not None and matches(unwanted)) << number
        return when, unless
