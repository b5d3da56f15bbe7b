"""Find release cycles by the names that a user enters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tagmatrix.config.model import Config, Release


def find_release(config: Config, cycle: str) -> Release:
    """Return the release of a cycle. Raises InputError."""
    return find_releases(config, [cycle])[0]


def find_releases(config: Config, cycles: Sequence[str]) -> list[Release]:
    """Return the releases of cycles, in the file's order; all releases if no cycle is given.

    Raises InputError, with a line for each unknown cycle.
    """
    known = {release.cycle: release for release in config.releases}
    if unknown := [cycle for cycle in cycles if cycle not in known]:
        raise InputError("\n".join(unknown_cycle(cycle, known) for cycle in unknown))
    return [release for cycle, release in known.items() if not cycles or cycle in cycles]


def unknown_cycle(cycle: str, known: Collection[str], place: str = "versions.yaml") -> str:
    """Return the message for an unknown cycle; `place` has the known ones.

    It suggests 3.15-rc for 3.15, although other names are more similar.

    >>> unknown_cycle("3.15", ["3.15-rc", "3.14"])
    'no release cycle "3.15" in versions.yaml; did you mean 3.15-rc?'
    """
    longer = next((other for other in known if cycle and other.startswith(f"{cycle}-")), "")
    advice = f"; did you mean {longer}?" if longer else nearest(cycle, known)
    return f'no release cycle "{shown(cycle)}" in {place}{advice}'
