"""Move a release cycle to another version: update versions.yaml and show what changed.

It never lowers a version, and all checksums of the old version are replaced or removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import checksum_options, step_command
from tagmatrix.config.lookup import find_release
from tagmatrix.update.steps.bump import bump

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.update.steps.state import StepPlan, VersionsFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    checksum_options.add_arguments(
        parser,
        cycle="a release cycle, such as 3.14",
        version="its new version, such as 3.14.7 (with --download: upstream's newest)",
    )


def run(root: Path, args: argparse.Namespace) -> int:
    """Bump; returns the exit code."""

    def plan(state: VersionsFile) -> StepPlan:
        version, checksums = checksum_options.complete(
            args, state.config, find_release(state.config, args.cycle)
        )
        return bump(state.config, args.cycle, version, checksums)

    return step_command.run(root, args, plan)
