"""The options of all commands, before or after the command's name: --quiet and --debug."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

quiet: bool = False
"""Whether to print results, differences, warnings and errors only."""
debug: bool = False
"""Whether to print the traceback of a failure."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        help="print results, differences, warnings and errors only: no summary, no notes, no "
        "progress",
    )
    parser.add_argument("--debug", action="store_true", help="print the traceback of a failure")


def reset() -> None:
    """Turn both options off, because a process may run several commands."""
    global quiet, debug  # noqa: PLW0603 (settings of the process, as the streams are)
    quiet = debug = False


def turn_on(args: argparse.Namespace) -> None:
    """Turn on the options that are set in `args`."""
    global quiet, debug  # noqa: PLW0603 (as above)
    quiet |= args.quiet
    debug |= args.debug
