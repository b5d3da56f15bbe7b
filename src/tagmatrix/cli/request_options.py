"""The options of commands that send requests, and their progress on the terminal."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import sys
from typing import TYPE_CHECKING, Final, TypeVar

from tagmatrix.cli import common_options
from tagmatrix.web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T", int, float)
DAY: Final = 86_400
"""The seconds of a day."""
_MOST: Final = 100


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Declare the limits of a request."""
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=number(float, 0.01, DAY),
        default=Limits().total,
        help="time limit of one attempt (default: %(default)g)",
    )
    parser.add_argument(
        "--attempts",
        metavar="N",
        type=number(int, 1, _MOST),
        default=Limits().attempts,
        help="attempts per request (default: %(default)d)",
    )


def today() -> dt.date:
    """Return today's date."""
    return dt.datetime.now(dt.UTC).date()


def number(convert: Callable[[str], T], least: T, most: T) -> Callable[[str], T]:
    """Return an argument type: a number from `least` to `most`."""

    def read(text: str) -> T:
        with contextlib.suppress(ValueError):
            if least <= (number := convert(text)) <= most:
                return number
        raise argparse.ArgumentTypeError(f"invalid number {text!r}: expected {least:g} to {most:g}")

    return read


def progress(what: str) -> Callable[[int, int], None] | None:
    """Return a function that shows progress; None without a terminal, or with --quiet."""
    if common_options.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(done: int, total: int) -> None:
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r\033[K{what}: {done} of {total}{end}")
        sys.stderr.flush()

    return show
