"""Write the default suites: of the family, and of releases that have others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.imports.spellings import SUITE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.flavors import FlavorValues
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.spellings import Defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortSuites:
    """The keys about default suites: of the file, by cycle, and the flavor that one follows."""

    top: Mapping[str, Any]
    releases: Mapping[str, Mapping[str, Any]]
    follows: Mapping[str, str]


def short_suites(
    flavors: Sequence[FlavorValues], cells: Sequence[Placed], defaults: Defaults
) -> ShortSuites:
    """Return the keys about default suites."""
    usual: dict[str, str] = {}
    follows: dict[str, str] = {}
    own: dict[str, dict[str, str | None]] = {}
    for flavor in flavors:
        if not any(SUITE in spelling.on for spelling in flavor.spellings):
            continue
        here = {
            placed.release.cycle: defaults.suites.get((flavor.name, placed.release.cycle))
            for placed in cells
            if placed.flavor == flavor.name
        }
        leader = next((one for one, there in own.items() if _agree(here, there)), None)
        if leader is not None:
            follows[flavor.name] = leader
            continue
        own[flavor.name] = here
        counts = Counter(suite for suite in here.values() if suite is not None)
        usual[flavor.name] = counts.most_common(1)[0][0]
    releases: dict[str, dict[str, str | None]] = {}
    for name, here in own.items():
        for cycle, suite in here.items():
            if suite != usual[name] and (suite or _has(cells, name, cycle, usual[name])):
                releases.setdefault(cycle, {})[name] = suite
    return ShortSuites(
        top={"default_suites": usual} if usual else {},
        releases={cycle: {"default_suites": each} for cycle, each in releases.items()},
        follows=follows,
    )


def _agree(here: Mapping[str, str | None], there: Mapping[str, str | None]) -> bool:
    """Return whether a flavor can follow another: they have the same suites in all releases."""
    return here.keys() <= there.keys() and all(there[cycle] == here[cycle] for cycle in here)


def _has(cells: Sequence[Placed], flavor: str, cycle: str, suite: str) -> bool:
    return any(
        (placed.flavor, placed.release.cycle, placed.suite) == (flavor, cycle, suite)
        for placed in cells
    )
