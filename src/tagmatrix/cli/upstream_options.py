"""The options of the commands that query upstream, and their progress on the terminal."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.cli import common_options, option_types
from tagmatrix.update.upstream_query import Query, QueryOptions
from tagmatrix.web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.web.client import Exchange

T = TypeVar("T", int, float)
DAY = 86_400
_YEAR = 8_784
_MOST = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `update` and `status`."""
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=option_types.date,
        default=today(),
        help="reference date for waiting periods and end of life (default: today)",
    )
    add_client_arguments(parser)
    parser.add_argument(
        "--official-images",
        metavar="DIR",
        type=Path,
        help="read the manifests in this checkout of official-images; do not fetch them",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def add_client_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of requests."""
    parser.add_argument(
        "--offline",
        action="store_true",
        help="do not use the network; answer from the cache only",
    )
    add_limits(parser)


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


def add_update_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `update` and `regenerate`: what to request besides the releases."""
    parser.add_argument(
        "--bases",
        action="store_true",
        help="also request the architectures of the base images from official-images",
    )
    parser.add_argument(
        "--download",
        action="store_true",
        help="download each file once, hash it, and compare it with upstream's checksums",
    )
    parser.add_argument(
        "--recheck",
        metavar="HOURS",
        type=number(float, 0, _YEAR),
        default=0.0,
        help="compare the checksums of versions in versions.yaml with upstream's again after this "
        "time (default: at each run)",
    )


def query(args: argparse.Namespace, report: Callable[[Exchange], None] | None = None) -> Query:
    """Return the query of a command; options that the command does not have get their defaults."""
    known = {field.name for field in fields(QueryOptions)}
    options = {name: value for name, value in vars(args).items() if name in known}
    return Query(QueryOptions(**({"as_of": today()} | options)), report)


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
