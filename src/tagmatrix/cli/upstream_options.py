"""The arguments of the commands that ask upstream, and their progress."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.cli import common_options, option_types
from tagmatrix.update.query import Query, QueryOptions
from tagmatrix.web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.web.client import Exchange

_DAY = 86_400
_YEAR = 8_784
_MOST = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that they share."""
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=option_types.date,
        default=today(),
        help="the day by which waiting and ends are counted (default: today)",
    )
    add_client_arguments(parser)
    parser.add_argument(
        "--official-images",
        metavar="DIR",
        type=Path,
        help="a checkout of official-images, to be read instead of fetched",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def add_client_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say how upstream is asked."""
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody: use what was fetched before"
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=Limits().total,
        help="how long one answer may take (default: %(default)g)",
    )
    parser.add_argument(
        "--attempts",
        metavar="N",
        type=_attempts,
        default=Limits().attempts,
        help="how often an address is asked that fails (default: %(default)d)",
    )


def add_recheck(parser: argparse.ArgumentParser) -> None:
    """Declare how often is asked about what versions.yaml has already."""
    parser.add_argument(
        "--recheck",
        metavar="HOURS",
        type=_hours,
        default=0.0,
        help="compare the checksums of versions that versions.yaml has already with upstream's "
        "when that was done longer ago than this (default: at each run)",
    )


def query(args: argparse.Namespace, report: Callable[[Exchange], None] | None = None) -> Query:
    """Return what a command asks; arguments that it does not have are as by default."""
    known = {field.name for field in fields(QueryOptions)}
    options = {name: value for name, value in vars(args).items() if name in known}
    return Query(QueryOptions(**({"as_of": today()} | options)), report)


def today() -> dt.date:
    """Return today's date."""
    return dt.datetime.now(dt.UTC).date()


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= _DAY:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1
    if not 0 <= hours <= _YEAR:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours")
    return hours


def _attempts(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST}")
    return int(text)


def progress(what: str) -> Callable[[int, int], None] | None:
    """Return what shows progress on a terminal; None where nobody looks, or with --quiet."""
    if common_options.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(done: int, total: int) -> None:
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r\033[K{what}: {done} of {total}{end}")
        sys.stderr.flush()

    return show
