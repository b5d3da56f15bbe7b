"""Move a release cycle to another version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cycles import is_final
from tagmatrix.errors import InputError
from tagmatrix.update.steps.checksums import check_version, move
from tagmatrix.update.steps.state import find

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.update.steps.checksums import Given
    from tagmatrix.update.steps.state import Plan


def bump(config: Config, cycle: str, version: str, given: Given) -> Plan:
    """Return what lets a cycle be at a version.

    Raises InputError, GuardError; see `checksums.move`.
    """
    release = find(config, cycle)
    check_version(cycle, version)
    if is_for_prereleases(cycle) and is_final(version):
        raise InputError(
            f"{version} is final, and {cycle} is for pre-releases: "
            f"tagmatrix promote {cycle} {version}"
        )
    return move(config, release, version, given)


def is_for_prereleases(cycle: str) -> bool:
    """Tell whether a cycle says of itself that it is not final.

    >>> is_for_prereleases("3.15-rc"), is_for_prereleases("3.15")
    (True, False)
    """
    return cycle[:1].isdigit() and not cycle.replace(".", "").isdigit()
