"""Add a release cycle, newest first, with the variants of the newest one.

The command updates versions.yaml and shows what changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import checksum_options, option_types, step_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.update.steps.state import StepPlan, VersionsFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    checksum_options.add_arguments(
        parser,
        cycle="the new cycle, such as 3.16-rc",
        version="its version, such as 3.16.0a1 (with --download: upstream's newest)",
    )
    parser.add_argument(
        "--release-manager",
        metavar="NAME",
        help="its release manager; a new one is added to release_managers",
    )
    parser.add_argument(
        "--end-of-life",
        metavar="DATE",
        type=option_types.date,
        help="the last day of its support: 2032-10-31",
    )


def run(root: Path, args: argparse.Namespace) -> int:
    """Add; returns the exit code."""
    from tagmatrix.update.steps.add import NewCycle, add, like  # noqa: PLC0415 (as in step_command.run)

    def plan(state: VersionsFile) -> StepPlan:
        version, checksums = checksum_options.complete(
            args, state.config, like(state.config, args.cycle)
        )
        new = NewCycle(args.cycle, version, args.release_manager, args.end_of_life)
        return add(state.config, new, checksums)

    return step_command.run(root, args, plan)
