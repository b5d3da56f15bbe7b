"""The arguments that the subcommands of `app` share."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import references
from tagmatrix.app import present
from tagmatrix.app.application_options import (
    LAST_PORT,
    MANAGERS,
    VARIANTS,
    ApplicationOptions,
    merged,
    validated,
)
from tagmatrix.app.decisions import support
from tagmatrix.app.engines import engine
from tagmatrix.app.engines.engine import NAMES
from tagmatrix.app.flow import relative_manifest
from tagmatrix.app.rendering import DOCKERFILE
from tagmatrix.cli import option_types, request_options
from tagmatrix.cli.output import finish, note, say, warn

if TYPE_CHECKING:
    from tagmatrix.app.catalogue import Catalogue
    from tagmatrix.app.present import Present
    from tagmatrix.app.report import Report


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Declare the argument for the application's folder."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=Path(),
        help="the application's folder (default: the current folder, or that of -C)",
    )


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Declare the option for the engine."""
    parser.add_argument(
        "--engine", choices=NAMES, default="", help="the engine (default: the first that answers)"
    )


def run_engine(command: list[str]) -> int:
    """Print an engine's command, run it, and return its exit code: 2 if it failed."""
    note(shlex.join(command))
    finish()
    return 2 if engine.run(command) else 0


def image(text: str) -> references.Reference:
    """Return the name of an image of an option's value."""
    try:
        return references.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def new_image(text: str) -> references.Reference:
    """Return the name for an image of an option's value: it has no digest."""
    found = image(text)
    if found.digest:
        raise argparse.ArgumentTypeError(
            f"invalid name {text[:80]!r}: the engine computes the digest: leave it out"
        )
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that decide what is written."""
    parser.add_argument(
        "--manifest",
        metavar="FILE",
        default="",
        help="the manifest with the tags: a path, an address, -, or REV:path, in official-images' "
        "format or as JSON (default: the image list that tagmatrix brings)",
    )
    parser.add_argument("--manager", choices=MANAGERS, default="", help="the manager to use")
    add_digest(parser)
    parser.add_argument(
        "--variant", choices=VARIANTS, default="", help="the variant of the base (default: slim)"
    )
    parser.add_argument(
        "--command",
        metavar="COMMAND",
        type=_command,
        default=None,
        help="the command to run, as a Procfile has it",
    )
    parser.add_argument(
        "--port",
        metavar="N",
        type=_port,
        default=0,
        help="the port that the application listens on",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="forget the options of the Dockerfile that `app write` wrote; without this, they hold "
        "unless others are given",
    )


def add_digest(parser: argparse.ArgumentParser) -> None:
    """Declare the option for the digest of the base."""
    parser.add_argument(
        "--digest",
        metavar="DIGEST",
        type=_digest,
        default=None,
        help="the digest of the base, sha256:…; tagmatrix does not check it",
    )


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Declare the option for the day."""
    option_types.add_as_of(
        parser,
        "the day for warnings about ends of life (default: today); no file depends on it",
        request_options.today(),
    )


def options(root: Path, args: argparse.Namespace) -> ApplicationOptions:
    """Return the options of the arguments. Raises InputError."""
    found = ApplicationOptions(
        manifest=args.manifest,
        manager=args.manager,
        tag=getattr(args, "tag", None) or "",
        digest=args.digest or "",
        variant=args.variant,
        command=args.command or "",
        port=args.port,
        extras=getattr(args, "extras", ()),
    )
    return relative_manifest(validated(found, "tagmatrix app"), root, root / args.folder)


def again(
    folder: Path, given: ApplicationOptions, args: argparse.Namespace
) -> tuple[ApplicationOptions, Present | None]:
    """Return the options, with those of the Dockerfile that exists, and that Dockerfile."""
    found = None if args.fresh else present.recall(folder)
    if found is None:
        return given, None
    merged_ = merged(given, found.options)
    if merged_ != given:
        line = found.options.comment().removeprefix("# Options: ")
        note(f"the options of {DOCKERFILE} hold, unless others are given: {line}")
    return merged_, found


def show(report: Report) -> None:
    """Print the decisions, each with its reason and its place."""
    for one in report.decisions:
        place = f" ({one.source})" if one.source else ""
        say(f"{one.what:<14}{one.value}: {one.why}{place}")


def note_checkout(catalogue: Catalogue) -> None:
    """Print that the tags come from a checkout of tagmatrix, if they do."""
    if catalogue.undated:
        note(support.OF_CHECKOUT)


def show_warnings(report: Report) -> None:
    """Print the warnings."""
    for message in report.warnings:
        warn(str(message))


def _digest(text: str) -> str:
    if not references.is_digest(text):
        raise argparse.ArgumentTypeError(
            f"invalid digest {text!r}: expected sha256: and 64 hex digits"
        )
    return text


def _command(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the command is empty: give one, or leave the option out")
    return text.strip()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"invalid port {text!r}: expected 1 to {LAST_PORT}")
    return int(text)
