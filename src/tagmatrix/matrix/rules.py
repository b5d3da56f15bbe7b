"""Which rules hold for which cell of the matrix.

A condition has a half about the release and a half about the variant. Each
half is looked at once per release and once per variant, not once per cell. What
was found is kept as bits, one for each rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.config.model import Condition, Exclusion, Setting


class Rules:
    """Rules with a `when` and an `unless`.

    What they say of architectures is not asked here: an `unless` with some spares
    these only (`sparing`), and its rule holds for the rest.
    """

    def __init__(self, rules: Iterable[Exclusion | Setting]) -> None:
        self._conditions = [(rule.when, rule.unless) for rule in rules]
        self._sparing = sum(
            bool(unless and unless.architectures) << number
            for number, (_, unless) in enumerate(self._conditions)
        )
        self._releases: dict[str, tuple[int, int]] = {}
        self._variants: dict[tuple[str, str, str], tuple[int, int]] = {}

    def holding(self, cycle: str, flavor: str, suite: str, variant: str) -> int:
        """Return which rules hold for a cell: bit N is set if the rule N does."""
        when, unless = self._cell(cycle, flavor, suite, variant)
        return when & ~(unless & ~self._sparing)

    def sparing(self, cycle: str, flavor: str, suite: str, variant: str) -> int:
        """Return which rules spare some architectures of a cell."""
        return self._sparing and self._cell(cycle, flavor, suite, variant)[1] & self._sparing

    def _cell(self, cycle: str, flavor: str, suite: str, variant: str) -> tuple[int, int]:
        """Return the bits of `when` and `unless` for a cell."""
        release = self._releases.get(cycle)
        if release is None:
            release = self._releases[cycle] = self._halves(lambda half: half.matches_cycle(cycle))
        key = (flavor, suite, variant)
        other = self._variants.get(key)
        if other is None:
            other = self._variants[key] = self._halves(lambda half: half.matches_variant(*key))
        return release[0] & other[0], release[1] & other[1]

    def _halves(self, matches: Callable[[Condition], bool]) -> tuple[int, int]:
        """Return the bits of `when` (absent: holds) and those of `unless` (absent: does not)."""
        when = unless = 0
        for number, (wanted, unwanted) in enumerate(self._conditions):
            when |= (wanted is None or matches(wanted)) << number
            unless |= (unwanted is not None and matches(unwanted)) << number
        return when, unless
