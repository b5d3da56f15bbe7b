"""Move a release cycle to another version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.config.known_cycles import find_release
from tagmatrix.errors import InputError
from tagmatrix.matrix.needs import needs
from tagmatrix.update.policy import needs_promotion
from tagmatrix.update.steps.checksums import check_version, move

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.update.steps.checksums import VersionChecksums
    from tagmatrix.update.steps.state import StepPlan


def bump(config: Config, cycle: str, version: str, checksums: VersionChecksums) -> StepPlan:
    """Return the plan that moves a cycle to a version.

    Raises InputError, GuardError; see `checksums.move`.
    """
    release = find_release(config, cycle)
    check_version(cycle, version, release.style)
    if needs_promotion(cycle, version, release.style):
        needed = needs(config, replace(release, version=version)).artifacts
        sums = [f"--sha256 {name}=HEX" for name in needed]
        how = ["--download"] if (release.upstream or config.upstream) and sums else sums
        raise InputError(
            f"{version} is final, and {cycle} is for pre-releases: "
            f"{' '.join(['tagmatrix promote', cycle, version, *how])}"
        )
    return move(config, release, version, checksums)
