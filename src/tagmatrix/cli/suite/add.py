"""Add a suite, before the other suites of its flavors.

Its architectures are those of its bases in official-images' manifests (--bases, or a
checkout: --official-images), those of --arch, or those of the suite of --like.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.cli import option_types, step_command, upstream_options
from tagmatrix.errors import InputError
from tagmatrix.manifest.architecture_names import named

if TYPE_CHECKING:
    import argparse

    from tagmatrix.config import Config
    from tagmatrix.config.model import Suite
    from tagmatrix.update.steps.state import StepPlan, VersionsFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("suite", metavar="SUITE", help="the new suite, such as forky or 3.25")
    parser.add_argument(
        "--like", metavar="SUITE", help="a suite to copy the flavors and architectures from"
    )
    parser.add_argument(
        "--flavor",
        metavar="NAME",
        action="append",
        help="a flavor that gets the suite; may be repeated",
    )
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        action="append",
        type=named,
        help="an architecture of its bases: arm64v8, or arm64; may be repeated",
    )
    parser.add_argument(
        "--bases",
        action="store_true",
        help="fetch the architectures of its bases from official-images",
    )
    parser.add_argument(
        "--official-images",
        metavar="DIR",
        type=Path,
        help="read them in this checkout of official-images; do not fetch them",
    )
    parser.add_argument(
        "--end-of-life",
        metavar="DATE",
        type=option_types.date,
        help="the last day of its support: 2030-06-30",
    )
    upstream_options.add_client_arguments(parser)
    step_command.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Add; returns the exit code."""
    from tagmatrix.update.steps.suites import add_suite  # noqa: PLC0415 (as in step_command.run)

    def plan(state: VersionsFile) -> StepPlan:
        return add_suite(state.config, args.suite, _suite(state.config, args))

    return step_command.run(root, args, plan)


def _suite(config: Config, args: argparse.Namespace) -> Suite:
    """Return the new suite. Raises InputError if an option is missing."""
    from tagmatrix.config.model import Suite  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.update.steps.suites import check_suite  # noqa: PLC0415 (as in step_command.run)

    if args.like is not None:
        check_suite(config, args.like)
    model = config.suites.get(args.like) if args.like is not None else None
    flavors = tuple(args.flavor or (model.flavors if model else ()))
    if not flavors:
        raise InputError(
            f"name the flavors of {args.suite}: --flavor NAME, or a suite with the same ones: "
            "--like SUITE"
        )
    return Suite(
        flavors=flavors,
        architectures=dict(zip(flavors, _architectures(config, args, flavors, model), strict=True)),
        end_of_life=args.end_of_life,
    )


def _architectures(
    config: Config, args: argparse.Namespace, flavors: tuple[str, ...], model: Suite | None
) -> list[tuple[str, ...]]:
    """Return the architectures of each flavor."""
    if args.arch:
        return [tuple(args.arch)] * len(flavors)
    if args.bases or args.official_images:
        from tagmatrix.update.steps.suites import base_architectures  # noqa: PLC0415 (as in step_command.run)

        manifests = upstream_options.query(args).manifests(config)
        return base_architectures(config, args.suite, flavors, manifests)
    if model and {*flavors} <= {*model.architectures}:
        return [model.architectures[flavor] for flavor in flavors]
    raise InputError(
        f"name the architectures of {args.suite}: --arch ARCH; those of another suite: --like "
        "SUITE; or those in official-images: --bases, or --official-images DIR"
    )
