"""Delete old images from the staging repository: `publish.staging` of versions.yaml.

The command deletes in no other repository. With --plan it keeps the images of a plan: its digests,
and the images of its commits and builds. Give every plan that you have not published yet.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix import config as configuration
from tagmatrix.cli import option_types, request_options
from tagmatrix.cli.output import complain, warn
from tagmatrix.cli.registry import arguments
from tagmatrix.errors import DifferenceError, GuardError, InputError, UpstreamError
from tagmatrix.registry import pruning
from tagmatrix.registry.repositories import repository
from tagmatrix.util.files import input_errors, read_bounded
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.pruning import Old
    from tagmatrix.registry.repositories import RegistryRepository

_LARGEST: Final = 200_000_000
_UNITS: Final = {"d": 1, "w": 7}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--older-than",
        metavar="AGE",
        type=_age,
        required=True,
        help="delete images that are older: 14d, 8w",
    )
    parser.add_argument(
        "--plan",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="keep what this plan names; may be repeated, also for ID.json of builds",
    )
    option_types.add_as_of(
        parser, "the day from which ages count (default: today)", request_options.today()
    )
    option_types.add_dry_run(
        parser, "delete nothing; list what would be deleted, and exit with 3 if anything would be"
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Prune, and return the exit code."""
    config = configuration.load(root)
    where = _staging(config)
    keep = pruning.named(_text(path) for path in args.plan)
    registry = arguments.connect(args, config)
    what = pruning.listed(registry, where)
    if not isinstance(what, Found):
        raise UpstreamError(what.reason)
    if not what.value.complete:
        warn(f"{where.host} does not list digests: images without a tag stay in {where}")
    answer = pruning.old(registry, where, what.value, args.as_of - args.older_than, keep)
    if not isinstance(answer, Found):
        raise UpstreamError(answer.reason)
    rows: list[tuple[str, ...]] = []
    code = _delete(registry, where, answer.value, rows, dry_run=args.dry_run)
    arguments.say_rows(args, "images", ("image", "date", "state"), rows)
    return code


def _delete(
    registry: Registry,
    where: RegistryRepository,
    images: list[Old],
    rows: list[tuple[str, ...]],
    *,
    dry_run: bool,
) -> int:
    """Delete images, and add a row for each one; return the exit code."""
    for image in images:
        name = f"{where}@{image.digest}"
        if image.kept:
            rows.append((name, str(image.date), f"stays: {image.kept}"))
            continue
        if not dry_run:
            answer = registry.delete(where, image.digest)
            if isinstance(answer, FetchFailed):
                complain(answer.reason)
                error = GuardError if answer.permanent else UpstreamError
                return error.exit_code
        rows.append((name, str(image.date), "would be deleted" if dry_run else "deleted"))
    differs = dry_run and any(not image.kept for image in images)
    return DifferenceError.exit_code if differs else 0


def _staging(config: Config) -> RegistryRepository:
    """Return the staging repository. Raises InputError if images are published there."""
    if config.publish.staging is None:
        raise InputError(
            f"{config.file} has no `publish.staging`, and images are deleted there only"
        )
    where = repository(config.publish.staging)
    if where in {repository(each.repository) for each in config.publish.registries}:
        raise InputError(
            f"{config.file}: `publish.staging` is one of `publish.registries`, and published "
            "images are never deleted; name another repository"
        )
    return where


def _text(path: Path) -> str:
    with input_errors(f"--plan {path}"):
        return read_bounded(path, _LARGEST).decode("utf-8", "replace")


def _age(text: str) -> dt.timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,4})([dw])", text, re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError(f"invalid age {text!r}: expected days or weeks: 14d, 8w")
    return dt.timedelta(days=int(match[1]) * _UNITS[match[2]])
