"""Types of arguments, and the options `--format` and `--dry-run`, that several commands share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tagmatrix.util.dates import parse_date

if TYPE_CHECKING:
    import datetime as dt


def date(text: str) -> dt.date:
    """Return the date of an option's value."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_dry_run(
    parser: argparse.ArgumentParser,
    text: str = "show what would change, write nothing, and exit with 3 if anything would change",
    *others: str,
) -> None:
    """Declare the option that writes nothing; `others` are more names of it."""
    parser.add_argument("-n", "--dry-run", *others, dest="dry_run", action="store_true", help=text)


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare the option for the output format."""
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="json is for programs (default: text)",
    )
