"""Give an image of a registry other tags, also in other repositories.

DST is a tag of the same repository, or a whole name. The guard protects tags that exist. Unless
versions.yaml of the folder accepts it, no tag may lose an architecture, go back, become a
pre-release, or become Windows only. Tags of `publish.stamp` never move, and a fixed tag does not
move to another variant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import references
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "source", metavar="SRC", help="an image: ghcr.io/me/python:3.14, or with @sha256:..."
    )
    parser.add_argument(
        "targets", metavar="DST", nargs="+", help="a new tag: 3, or ghcr.io/me/python:3"
    )
    option_types.add_dry_run(
        parser, "push nothing; show which tags would move, and exit with 3 if any would"
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Tag the image, and return the exit code."""
    named = reference(args.source)
    source = RegistryRepository.of(named)
    places = [_target(text, source) for text in args.targets]
    config = arguments.config_of(root)
    registry = arguments.connect(args, config)
    document = arguments.value_of(registry.manifest(source, named.pulled))
    code = 0
    rows = []
    for target, name in places:
        try:
            done = naming.tag(
                registry, source, document, target, name, config, dry_run=args.dry_run
            )
        except GuardError as error:
            complain(str(error))
            code = max(code, error.exit_code)
            continue
        if isinstance(done, Found):
            rows.append((f"{target}:{name}", done.value, document.digest))
            if args.dry_run and done.value != document.digest:
                code = max(code, DifferenceError.exit_code)
        else:
            complain(done.reason)
            code = max(code, UpstreamError.exit_code)
    arguments.say_rows(args, "tags", ("tag", "old", "new"), rows)
    return code


def _target(text: str, source: RegistryRepository) -> tuple[RegistryRepository, str]:
    """Return repository and tag of a new name. Raises InputError."""
    if references.is_tag(text):
        return source, text
    named = reference(text)
    if named.digest or not named.tag:
        raise InputError(f"{text}: expected a tag, or a name with a tag and without a digest")
    return RegistryRepository.of(named), named.tag
