"""Upstream's releases: their cycles and their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.versions import cycle_numbers, is_final, parse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tagmatrix.versions import Style


@dataclass(frozen=True, slots=True)
class UpstreamRelease:
    """A release in upstream's list.

    Attributes:
        version: its version.
        day: the day of its publication; None if upstream does not name it.
        id: upstream's number of the release; 0 if it has none.
        listed: the version as upstream writes it, if that differs.
    """

    version: str
    day: dt.date | None
    id: int = 0
    listed: str = ""


class ListedVersions(NamedTuple):
    """The versions of all cycles in upstream's list, as it writes them.

    Attributes:
        versions: the versions; also texts in their place that can't be read.
        unread: the texts in place of a version that `match` does not match.
    """

    versions: tuple[str, ...]
    unread: tuple[str, ...] = ()


def of_cycle(version: str, cycle: str, style: Style = "pep440") -> bool:
    """Return whether a version begins with the numbers of a cycle.

    >>> of_cycle("3.15.0b3", "3.15-rc"), of_cycle("3.1.5", "3.15")
    (True, False)
    """
    read = parse(version, style)
    return bool(read and cycle_numbers(cycle) and read.belongs_to(cycle))


def is_for_prereleases(cycle: str) -> bool:
    """Return whether a cycle is for pre-releases, by its name.

    >>> is_for_prereleases("3.15-rc"), is_for_prereleases("3.15")
    (True, False)
    """
    return cycle[:1].isdigit() and not cycle.replace(".", "").isdigit()


def is_outdone(
    version: str, cycle: str, others: Iterable[UpstreamRelease], style: Style = "pep440"
) -> bool:
    """Return whether a newer release makes a version irrelevant for its cycle.

    Final releases do not make a pre-release irrelevant for a pre-release cycle: only
    `promote` moves that cycle to a final release.
    """
    return any(
        is_newer(each.version, version, style)
        for each in others
        if not is_for_prereleases(cycle)
        or is_final(each.version, style) == is_final(version, style)
    )


def is_newer(version: str, than: str, style: Style = "pep440") -> bool:
    """Return whether a version is newer than another; no, if they can't be compared.

    >>> is_newer("3.15.0rc1", "3.15.0b3"), is_newer("3.9.1", "3.10.0")
    (True, False)
    """
    one, other = parse(version, style), parse(than, style)
    return bool(one and other and one.compare(other) == 1)
