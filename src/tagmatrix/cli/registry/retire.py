"""Attach an end of life to images of a registry; nothing is deleted.

The date becomes a referrer of the image, of the type that image scanners read. A registry without
the referrers API lists it under a tag that begins with `sha256-`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix import references
from tagmatrix.cli import option_types
from tagmatrix.cli.output import warn
from tagmatrix.cli.registry import arguments
from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.registry.lifecycle import retire
from tagmatrix.registry.repositories import repository
from tagmatrix.registry.targets import targets
from tagmatrix.util.wording import few
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_HOW: Final = {False: "retired", True: "would be retired"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("tags", metavar="TAG", nargs="+", help="a tag, such as 3.8-slim")
    parser.add_argument(
        "--end-of-life",
        metavar="DATE",
        type=option_types.date,
        required=True,
        help="the day after which the images get no updates: YYYY-MM-DD",
    )
    arguments.add_registry(parser)
    option_types.add_dry_run(
        parser, "push nothing; show what would be attached, and exit with 3 if anything would be"
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Retire the images, and return the exit code."""
    for tag in args.tags:
        if not references.is_tag(tag):
            raise InputError(f"invalid tag {tag!r}; the repository is named by --registry")
    config = arguments.config_of(root)
    if config is not None:
        places = [each.repository for each in targets(config, args.registry)]
    elif args.registry is not None:
        places = [repository(args.registry)]
    else:
        raise InputError("there is no versions.yaml here; name a repository with --registry")
    registry = arguments.connect(args, config)
    codes = [0]
    rows = []
    for place in places:
        for tag in args.tags:
            answer = retire(registry, place, tag, args.end_of_life, dry_run=args.dry_run)
            if isinstance(answer, Found):
                done = answer.value
                how = _HOW[args.dry_run] if done.new else "there"
                codes.append(DifferenceError.exit_code if args.dry_run and done.new else 0)
                rows.append((f"{place}:{tag}", done.digest, how, str(args.end_of_life)))
                if done.others:
                    warn(
                        f"{place}:{tag}: it also has the end of life {few(done.others)}, and "
                        "scanners may read any; remove its referrer at the registry"
                    )
            else:
                codes.append(arguments.failure(answer))
    arguments.say_rows(args, "tags", ("tag", "digest", "state", "end_of_life"), rows)
    return max(codes)
