"""Move a release cycle to another version: update versions.yaml and show what changed.

It never lowers a version. It replaces or removes all checksums of the old version.
"""

from __future__ import annotations

from dataclasses import replace
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
        cycle="a release cycle, such as 3.14",
        version="its new version, such as 3.14.7 (with --download: upstream's newest)",
    )
    parser.add_argument(
        "--component",
        metavar="NAME=VERSION",
        action="append",
        type=checksum_options.component,
        default=[],
        help="the new version of a component, such as yarn=1.22.22, with its checksums: --sha512 "
        "components.yarn=HEX; without VERSION only components move",
    )


def run(root: Path, args: argparse.Namespace) -> int:
    """Bump the release, and return the exit code."""
    from tagmatrix.config.known_cycles import find_release  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.update.steps.bump import bump  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.update.steps.components import move_components  # noqa: PLC0415 (as in step_command.run)

    def plan(state: VersionsFile) -> StepPlan:
        release = find_release(state.config, args.cycle)
        moved = move_components(state.config, release, checksum_options.components(args))
        if moved.edits and not args.version and not args.download:
            return moved
        version, checksums = checksum_options.complete(args, state.config, release)
        plan = bump(state.config, args.cycle, version, checksums)
        return replace(plan, edits=plan.edits + moved.edits, notes=plan.notes + moved.notes)

    return step_command.run(root, args, plan)
