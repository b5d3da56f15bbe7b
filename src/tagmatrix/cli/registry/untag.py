"""Remove tags from a registry; their images stay.

Some registries can only remove digests. There the command removes a tag only if no other tag has
its digest, and the image is removed with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.cli import option_types
from tagmatrix.cli.output import complain
from tagmatrix.cli.registry import arguments
from tagmatrix.errors import DifferenceError, GuardError, InputError, UpstreamError
from tagmatrix.registry import naming
from tagmatrix.registry.repositories import RegistryRepository, reference
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.web.answers import Answer

_DRY: Final = ("would be removed, if the registry allows it", DifferenceError.exit_code)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "images", metavar="REF", nargs="+", help="a tag, such as ghcr.io/me/python:3.8"
    )
    option_types.add_dry_run(
        parser,
        "remove nothing; show which tags are there, and exit with 3 if any is; only a removal "
        "shows whether the registry allows it",
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Remove the tags, and return the exit code."""
    named = [reference(text) for text in args.images]
    for text, each in zip(args.images, named, strict=True):
        if each.digest or not each.tag:
            raise InputError(f"{text}: expected a name with a tag and without a digest")
    registry = arguments.connect(args, arguments.config_of(root))
    state, done = _DRY if args.dry_run else ("removed", 0)
    codes = [0]
    rows = []
    for each in named:
        repository = RegistryRepository.of(each)
        try:
            answer = _remove(registry, repository, each.tag, dry_run=args.dry_run)
        except (GuardError, UpstreamError) as error:
            complain(str(error))
            codes.append(error.exit_code)
            continue
        if isinstance(answer, Found):
            rows.append((f"{repository}:{each.tag}", state))
            codes.append(done)
        else:
            codes.append(arguments.failure(answer))
    arguments.say_rows(args, "tags", ("tag", "state"), rows)
    return max(codes)


def _remove(
    registry: Registry, repository: RegistryRepository, name: str, *, dry_run: bool
) -> Answer[object]:
    if dry_run:
        return registry.head(repository, name)
    return naming.untag(registry, repository, name)
