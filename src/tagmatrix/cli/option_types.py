"""Types of arguments, and options, that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path
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


def add_format(
    parser: argparse.ArgumentParser,
    *formats: str,
    text: str = "json is for programs",
) -> None:
    """Declare the option for the output format: text and json, or others; the first is usual."""
    choices = formats or ("text", "json")
    parser.add_argument(
        "--format", choices=choices, default=choices[0], help=f"{text} (default: {choices[0]})"
    )


def add_as_of(parser: argparse.ArgumentParser, text: str, default: dt.date | None = None) -> None:
    """Declare the option for the reference date."""
    parser.add_argument("--as-of", metavar="DATE", type=date, default=default, help=text)


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Declare -C, which may be repeated."""
    parser.add_argument(
        "-C",
        dest="folders",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="the folder of a family's versions.yaml; repeat it if the plan has several families",
    )
