"""The options of the commands that query upstream, and their progress on the terminal."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.cli import option_types, request_options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tagmatrix.update.upstream_query import Query
    from tagmatrix.web.client import Exchange

_YEAR = 8_784


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `update` and `status`."""
    option_types.add_as_of(
        parser,
        "reference date for waiting periods and end of life (default: today)",
        request_options.today(),
    )
    add_client_arguments(parser)
    parser.add_argument(
        "--official-images",
        metavar="DIR",
        type=Path,
        help="read the manifests in this checkout of official-images; do not fetch them",
    )
    option_types.add_format(parser)


def add_client_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of requests."""
    parser.add_argument(
        "--offline",
        action="store_true",
        help="do not use the network; answer from the cache only",
    )
    parser.add_argument(
        "--allow-commands",
        action="store_true",
        help="run the program of `upstream: {command: ...}`, which versions.yaml names",
    )
    request_options.add_limits(parser)


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
        type=request_options.number(float, 0, _YEAR),
        default=0.0,
        help="compare the checksums of versions in versions.yaml with upstream's again after this "
        "time (default: at each run)",
    )


def query(args: argparse.Namespace, report: Callable[[Exchange], None] | None = None) -> Query:
    """Return the query of a command; options that the command does not have get their defaults."""
    from tagmatrix.update.query_options import QueryOptions  # noqa: PLC0415 (slow: it sends requests)
    from tagmatrix.update.upstream_query import Query  # noqa: PLC0415 (as above)

    known = {field.name for field in fields(QueryOptions)}
    options = {name: value for name, value in vars(args).items() if name in known}
    return Query(QueryOptions(**({"as_of": request_options.today()} | options)), report)
