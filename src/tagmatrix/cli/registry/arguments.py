"""The options that several commands of `registry` share, and the client that they make."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tagmatrix import config as configuration
from tagmatrix.cli import option_types, request_options
from tagmatrix.cli.output import complain, say_json
from tagmatrix.cli.table import say_table
from tagmatrix.errors import InputError, UpstreamError
from tagmatrix.registry.credentials import of_user
from tagmatrix.registry.digest_cache import DigestCache
from tagmatrix.registry.distribution import Registry
from tagmatrix.registry.session import Session
from tagmatrix.registry.targets import allowed_http
from tagmatrix.util.cache_folder import cache_folder
from tagmatrix.util.files import input_errors, replace
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.client import Client
from tagmatrix.web.limits import Limits

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.web.answers import Answer

T = TypeVar("T")


def add_format_and_limits(parser: argparse.ArgumentParser) -> None:
    """Declare the format of a table, and the limits of requests."""
    option_types.add_format(parser, "table", "json")
    request_options.add_limits(parser)


def add_registry(parser: argparse.ArgumentParser) -> None:
    """Declare --registry."""
    parser.add_argument(
        "--registry",
        metavar="REPOSITORY",
        help="only this repository, such as ghcr.io/me/python",
    )


def say_rows(
    args: argparse.Namespace,
    what: str,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    """Print rows as a table or as JSON; an empty cell is null there."""
    if args.format == "json":
        values = [
            {name: cell or None for name, cell in zip(names, row, strict=True)} for row in rows
        ]
        say_json({what: values})
    elif rows:
        titles = [name.upper().replace("_", " ") for name in names]
        cells = [[cell or "-" for cell in row] for row in rows]
        say_table(titles, cells)


def write_json(option: str, path: Path, value: dict[str, Any]) -> None:
    """Write the file of an option. Raises InputError."""
    with input_errors(f"{option} {path}"):
        replace(path, (json.dumps({"schema": 1, **value}, indent=2) + "\n").encode())


def failure(answer: FetchFailed | NotPublished) -> int:
    """Report why a registry gave no value, and return the exit code."""
    if isinstance(answer, FetchFailed):
        complain(answer.reason)
        return UpstreamError.exit_code
    complain(answer.what)
    return InputError.exit_code


def value_of(answer: Answer[T]) -> T:
    """Return the value of an answer. Raises InputError if it is not there, or UpstreamError."""
    if isinstance(answer, NotPublished):
        raise InputError(answer.what)
    if isinstance(answer, FetchFailed):
        raise UpstreamError(answer.reason)
    return answer.value


def config_of(root: Path) -> Config | None:
    """Return versions.yaml of a folder; None if it has none. Raises ConfigError."""
    if not (root / configuration.FILE).exists():
        return None
    return configuration.load(root)


def connect(args: argparse.Namespace, *configs: Config | None) -> Registry:
    """Return a client of registries, with the user's credentials and kept answers.

    `configs` are the versions.yaml of families, which may allow http for some hosts.
    """
    # Thousands of answers leave cycles, which only this frees; what is there now stays.
    gc.freeze()
    gc.enable()
    allow_http = {host for config in configs if config for host in allowed_http(config)}
    limits = Limits(total=args.timeout, attempts=args.attempts)
    session = Session(Client(limits=limits), of_user(), allow_http)
    return Registry(session, DigestCache(cache_folder(os.environ, Path.home()) / "registry"))
