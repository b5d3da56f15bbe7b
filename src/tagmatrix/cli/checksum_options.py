"""The arguments of bump, add and promote: a cycle, a version and its checksums."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from tagmatrix.cli import step_command, upstream_options
from tagmatrix.config.artifacts import ALGORITHMS, NAMES
from tagmatrix.errors import InputError
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from tagmatrix.config import Config, Release
    from tagmatrix.update.steps.checksums import VersionChecksums
    from tagmatrix.update.steps.components import ComponentMove

_COMPONENT: Final = "components."


def add_arguments(parser: argparse.ArgumentParser, *, cycle: str, version: str) -> None:
    """Declare the arguments of bump, add and promote.

    Args:
        parser: the parser of the command.
        cycle: the help for CYCLE.
        version: the help for VERSION.
    """
    parser.add_argument("cycle", metavar="CYCLE", help=cycle)
    parser.add_argument("version", metavar="VERSION", nargs="?", help=version)
    for algorithm in ALGORITHMS:
        example = "source=143b… or linux/amd64=9f2c…"
        parser.add_argument(
            f"--{algorithm}",
            metavar="NAME=HEX",
            action="append",
            type=_checksum,
            default=[],
            help=f"the {NAMES[algorithm]} of an artifact, such as {example}; may be given several "
            "times",
        )
    parser.add_argument(
        "--download",
        action="store_true",
        help="get the checksums from upstream, compare them with the given ones, and hash the "
        "files",
    )
    parser.add_argument(
        "--late",
        metavar="NAME",
        action="append",
        default=[],
        help="an artifact that upstream has not published yet; its images wait for it",
    )
    upstream_options.add_client_arguments(parser)
    step_command.add_arguments(parser)


def complete(
    args: argparse.Namespace, config: Config, model: Release, *, final: bool = False
) -> tuple[str, VersionChecksums]:
    """Return the version and its checksums; see `download.complete`."""
    from tagmatrix.update.steps import download  # noqa: PLC0415 (as in step_command.run)
    from tagmatrix.update.steps.checksums import VersionChecksums  # noqa: PLC0415 (as in step_command.run)

    components(args)  # checks their checksums, which bump takes and no other command
    given = VersionChecksums(**_sums(args), late=args.late)
    if args.download and not (config.upstream or model.upstream):
        raise InputError(_without_upstream(config, model, args.version))
    if args.download:
        source = upstream_options.query(args).source(config, model)
        return download.complete(config, model, args.version or "", given, source, final=final)
    if not args.version:
        raise InputError(
            f"name the new version of {model.cycle}, or get it from upstream: --download"
        )
    return args.version, given


def components(args: argparse.Namespace) -> dict[str, ComponentMove]:
    """Return the components of `--component`, with their checksums.

    Raises InputError, also for the checksum of a component that is not given.
    """
    from tagmatrix.update.steps.components import ComponentMove  # noqa: PLC0415 (as in step_command.run)

    moves: dict[str, ComponentMove] = {}
    for name, version in getattr(args, "component", ()):
        if moves.setdefault(name, ComponentMove(name, version, {})).version != version:
            raise InputError(f"--component {name} has two different values; keep one")
    for algorithm, digests in _sums(args, of_components=True).items():
        for given, digest in digests.items():
            name, _, file = given.removeprefix(_COMPONENT).partition("/")
            if name not in moves:
                raise InputError(f"--{algorithm} {given} needs --component {name}=VERSION")
            sums = {key: dict(value) for key, value in moves[name].sums.items()}
            sums.setdefault(algorithm, {})[file] = digest
            moves[name] = replace(moves[name], sums=sums)
    return moves


def _sums(args: argparse.Namespace, *, of_components: bool = False) -> dict[str, dict[str, str]]:
    """Return the checksums by algorithm and name. Raises InputError."""
    sums: dict[str, dict[str, str]] = {algorithm: {} for algorithm in ALGORITHMS}
    for algorithm, found in sums.items():
        for name, digest in getattr(args, algorithm):
            if name.startswith(_COMPONENT) != of_components:
                continue
            if found.setdefault(name, digest) != digest:
                raise InputError(f"--{algorithm} {name} has two different values; keep one")
    return sums


def _without_upstream(config: Config, model: Release, version: str | None) -> str:
    """Return the message for --download without an upstream, with the arguments that fit."""
    from tagmatrix.matrix.needs import needs  # noqa: PLC0415 (as in step_command.run)

    names = needs(config, structs.replace(model, version=version or model.version)).artifacts
    given = " ".join(
        [model.cycle, version or "VERSION", *(f"--sha256 {name}=HEX" for name in names)]
    )
    missing = [*([] if version else ["the version"]), *(["the checksums"] if names else [])]
    advice = f", and give {join_names(missing)}" if missing else ""
    return (
        "versions.yaml has no `upstream`, so tagmatrix can't look up releases; leave out "
        f"--download{advice}: {given}"
    )


def _checksum(text: str) -> tuple[str, str]:
    name, equals, digest = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(
            f"invalid checksum {text!r}: expected NAME=HEX, such as source=143b…"
        )
    return name, digest


def component(text: str) -> tuple[str, str]:
    """Return name and version of a component. Raises ArgumentTypeError."""
    name, equals, version = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(
            f"invalid component {text!r}: expected NAME=VERSION, such as yarn=1.22.22"
        )
    return name, version
