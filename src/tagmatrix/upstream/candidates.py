"""A release that upstream has published, and which cycle it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import Version

from tagmatrix.cycles import cycle_numbers, is_final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class UpstreamRelease:
    """A version, the day it was published, and upstream's number for it."""

    version: str
    day: dt.date
    id: int


def of_cycle(version: str, cycle: str) -> bool:
    """Tell whether a version begins with a cycle's numbers.

    >>> of_cycle("3.15.0b3", "3.15-rc"), of_cycle("3.1.5", "3.15")
    (True, False)
    """
    numbers = cycle_numbers(cycle)
    return bool(numbers) and Version(version).release[: len(numbers)] == numbers


def is_for_prereleases(cycle: str) -> bool:
    """Tell whether a cycle is for pre-releases, by its name.

    >>> is_for_prereleases("3.15-rc"), is_for_prereleases("3.15")
    (True, False)
    """
    return cycle[:1].isdigit() and not cycle.replace(".", "").isdigit()


def newest_first(releases: Iterable[UpstreamRelease]) -> tuple[UpstreamRelease, ...]:
    """Sort releases by version, never by text or date."""
    return tuple(sorted(releases, key=lambda each: Version(each.version), reverse=True))


def is_outdone(version: str, cycle: str, others: Iterable[UpstreamRelease]) -> bool:
    """Tell whether a newer release makes a version of no meaning for its cycle.

    For a pre-release cycle final ones do not: it does not move to them by itself.
    """
    return any(
        is_newer(each.version, version)
        for each in others
        if not is_for_prereleases(cycle) or is_final(each.version) == is_final(version)
    )


def is_newer(version: str, than: str) -> bool:
    """Compare two versions.

    >>> is_newer("3.15.0rc1", "3.15.0b3"), is_newer("3.9.1", "3.10.0")
    (True, False)
    """
    return Version(version) > Version(than)
