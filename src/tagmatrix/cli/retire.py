"""End a release cycle: remove its block in versions.yaml and all references to it.

The command shows what changed and which tags end. `generate` removes the Dockerfiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import step_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("cycle", metavar="CYCLE", help="a release cycle, such as 3.10")
    parser.add_argument(
        "--drop-hold",
        action="store_true",
        help="remove the entries of `hold` that keep aliases at this cycle",
    )
    step_command.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Retire the release, and return the exit code."""
    from tagmatrix.update.steps.retire import retire  # noqa: PLC0415 (as in step_command.run)

    return step_command.run(
        root, args, lambda state: retire(state.config, args.cycle, drop_hold=args.drop_hold)
    )
