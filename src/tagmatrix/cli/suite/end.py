"""Set the last day of a suite's support; `generate --as-of` warns when it is near.

The images stay. To remove them, drop the suite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import option_types, step_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("suite", metavar="SUITE", help="a suite, such as bookworm or 3.23")
    parser.add_argument(
        "date", metavar="DATE", type=option_types.date, help="the last day: 2028-06-30"
    )
    parser.add_argument(
        "--deprecated",
        metavar="TEXT",
        help="a sentence for the image's page: what to use instead",
    )
    step_command.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Set the end; returns the exit code."""
    from tagmatrix.update.steps.suites import end_suite  # noqa: PLC0415 (as in step_command.run)

    return step_command.run(
        root, args, lambda state: end_suite(state.config, args.suite, args.date, args.deprecated)
    )
