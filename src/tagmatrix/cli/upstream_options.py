"""What the commands that ask upstream share: arguments, who asks, progress."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.cli import common_options
from tagmatrix.config.format import UPSTREAM
from tagmatrix.config.model import Upstream
from tagmatrix.errors import InputError
from tagmatrix.upstream.official_images import Manifests
from tagmatrix.upstream.python_org.source import PythonOrg
from tagmatrix.web import cache
from tagmatrix.web.client import Client
from tagmatrix.web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.config import Config
    from tagmatrix.web.client import Exchange

_DAY = 86_400
_YEAR = 8_784
_MOST = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that they share."""
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=_day,
        default=dt.datetime.now(dt.UTC).date(),
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


def python_org(client: Client, config: Config, args: argparse.Namespace) -> PythonOrg:
    """Return python.org as the arguments of `update` and `regenerate` say."""
    settled = {release.version for release in config.releases if not release.held_back}
    return PythonOrg(
        client,
        addresses(config),
        download=args.download,
        settled=settled,
        recheck=args.recheck * 3600,
    )


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2026-10-31") from None


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


def addresses(config: Config) -> Upstream:
    """Return the addresses to ask: those of `upstream`, else python.org's."""
    if config.upstream is not None:
        return config.upstream
    return Upstream(
        **({key: field.default for key, field in UPSTREAM.fields.items()} | {"name": ""})
    )


def client(
    config: Config,
    args: argparse.Namespace,
    report: Callable[[Exchange], None] | None = None,
) -> Client:
    """Return who asks, as the arguments say; `report` is told of each answer."""
    usual = Limits()
    limits = Limits(
        connect=min(usual.connect, args.timeout),
        silence=min(usual.silence, args.timeout),
        total=args.timeout,
        attempts=args.attempts,
    )
    return Client(
        allow_http=addresses(config).allow_http,
        offline=args.offline,
        cache=cache.Cache(cache.folder(os.environ, Path.home())),
        limits=limits,
        report=report,
    )


def manifests(config: Config, args: argparse.Namespace, asking: Client) -> Manifests:
    """Return who reads the manifests of official-images. Raises InputError."""
    if args.official_images and not (args.official_images / "library").is_dir():
        raise InputError(
            f"--official-images {args.official_images}: has no folder library/; name a checkout "
            "of official-images"
        )
    return Manifests(asking, addresses(config).manifests, args.official_images)


def progress(what: str) -> Callable[[int, int], None] | None:
    """Return what shows progress on a terminal; None where nobody looks, or with --quiet."""
    if common_options.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(done: int, total: int) -> None:
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r\033[K{what}: {done} of {total}{end}")
        sys.stderr.flush()

    return show
