"""Find what Dockerfiles have of other products: checksums, and variables with versions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports.dockerfile_templates import SETTING, SUM
from tagmatrix.imports.placing import most_common

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.checkout_sources import DockerfileSource
    from tagmatrix.imports.placing import Placed

SettingValues = dict[str, dict[str, str]]
"""By the name of a variable its value in each release."""
_WHY: Final = "The Dockerfiles of the releases have other values."


def foreign_sums(
    cells: Sequence[Placed], sources: Mapping[int, DockerfileSource]
) -> frozenset[str]:
    """Return the checksums that several versions have: two versions never have the same file."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for placed in cells:
        if source := sources.get(placed.cell.number):
            for digest in SUM.findall(source.text):
                owners[digest].add(placed.cell.version or placed.release.cycle)
    return frozenset(digest for digest, versions in owners.items() if len(versions) > 1)


def setting_values(
    cells: Sequence[Placed], sources: Mapping[int, DockerfileSource]
) -> SettingValues:
    """Return the variables that have one value in each release, but not in all the same."""
    values: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for placed in cells:
        if source := sources.get(placed.cell.number):
            for name, value in SETTING.findall(source.text):
                values[name][placed.release.cycle].add(value)
    found = {}
    for name, of_cycles in values.items():
        if all(len(each) == 1 for each in of_cycles.values()):
            single = {cycle: min(each) for cycle, each in of_cycles.items()}
            if len(set(single.values())) > 1:
                found[name] = single
    return found


def settings(values: SettingValues) -> dict[str, Any]:
    """Return the settings, each with the value of most releases."""
    written = {name.lower(): {"value": _usual(each), "why": _WHY} for name, each in values.items()}
    return {"settings": written} if written else {}


def release_settings(values: SettingValues, cycle: str) -> dict[str, Any]:
    """Return the settings of a release whose values are not those of most releases."""
    own = {
        name.lower(): each[cycle]
        for name, each in values.items()
        if each.get(cycle, _usual(each)) != _usual(each)
    }
    return {"settings": own} if own else {}


def _usual(values: Mapping[str, str]) -> str:
    return most_common([*values.values()])
