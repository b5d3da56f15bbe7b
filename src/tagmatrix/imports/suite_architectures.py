"""Find the architectures of the suites, and what single releases leave out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.imports.boxes import cover

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.boxes import Box
    from tagmatrix.imports.placing import Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Platforms:
    """The architectures by suite and flavor, and conditions on those that are left out."""

    bases: Mapping[tuple[str, str], tuple[str, ...]]
    excluded: Mapping[Box, tuple[str, ...]]


def find_platforms(cells: Sequence[Placed], axes: Sequence[str]) -> Platforms:
    """Return the architectures of the bases: all that any release has."""
    bases: dict[tuple[str, str], dict[str, None]] = {}
    for placed in cells:
        known = bases.setdefault((placed.suite, placed.flavor), {})
        known.update(dict.fromkeys(placed.cell.entry.architectures))
    excluded: dict[Box, list[str]] = {}
    for architecture in dict.fromkeys(one for each in bases.values() for one in each):
        wanted, others = [], []
        for placed in cells:
            if architecture in placed.cell.entry.architectures:
                others.append(placed.point(axes))
            elif architecture in bases[placed.suite, placed.flavor]:
                wanted.append(placed.point(axes))
        for box in cover(wanted, others):
            excluded.setdefault(box, []).append(architecture)
    return Platforms(
        bases={key: tuple(sorted(each)) for key, each in bases.items()},
        excluded={box: tuple(sorted(names)) for box, names in excluded.items()},
    )
