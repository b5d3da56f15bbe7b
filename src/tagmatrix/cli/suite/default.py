"""Move the short tags of a flavor to a suite: `alpine` to Alpine 3.25.

--cycle moves those of one release cycle only. The guard refuses a move that takes an
architecture from a tag, and prints the line that accepts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import step_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.update.steps.state import StepPlan, VersionsFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("flavor", metavar="FLAVOR", help="a flavor, such as default or alpine")
    parser.add_argument("suite", metavar="SUITE", help="one of its suites, such as trixie or 3.25")
    parser.add_argument("--cycle", metavar="CYCLE", help="only the short tags of this cycle")
    step_command.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Move the default; returns the exit code."""
    from tagmatrix.config.known_cycles import find_release  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.update.steps.suites import default_suite  # noqa: PLC0415 (as in step_command.run)

    def plan(state: VersionsFile) -> StepPlan:
        if args.cycle is not None:
            find_release(state.config, args.cycle)
        return default_suite(state.config, args.flavor, args.suite, args.cycle)

    return step_command.run(root, args, plan)
