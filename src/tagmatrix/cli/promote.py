"""Make a pre-release cycle final: 3.15-rc becomes 3.15, and its aliases follow.

The command updates versions.yaml and shows what changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import checksum_options, step_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.update.steps.state import StepPlan, VersionsFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    checksum_options.add_arguments(
        parser,
        cycle="a pre-release cycle, such as 3.15-rc",
        version="its final version (default: the final version of its pre-release, or with "
        "--download upstream's newest final version)",
    )


def run(root: Path, args: argparse.Namespace) -> int:
    """Promote the release, and return the exit code."""
    from tagmatrix.config.known_cycles import find_release  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.update.steps.promote import promote  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.versions import final_version  # noqa: PLC0415 (as in step_command.run)

    def plan(state: VersionsFile) -> StepPlan:
        release = find_release(state.config, args.cycle)
        args.version = args.version or (
            "" if args.download else final_version(release.version, release.style)
        )
        version, checksums = checksum_options.complete(args, state.config, release, final=True)
        return promote(state.config, args.cycle, version, checksums)

    return step_command.run(root, args, plan)
