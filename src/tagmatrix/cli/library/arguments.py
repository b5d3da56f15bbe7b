"""The arguments that the subcommands of `library` share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.output import note
from tagmatrix.errors import InputError
from tagmatrix.library.sources import Finder

if TYPE_CHECKING:
    import argparse

    from tagmatrix.library.sources import Collection

VARIABLE: Final = "TAGMATRIX_LIBRARY"


def add_manifests(parser: argparse.ArgumentParser) -> None:
    """Declare the manifests to read: some, or all of the library."""
    parser.add_argument(
        "manifests",
        metavar="MANIFEST",
        nargs="*",
        help="a name in the library, a path, a folder, an address, - or REV:path",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="all manifests of the library; says on stderr which files are none",
    )


def add_library(parser: argparse.ArgumentParser) -> None:
    """Declare where names are looked up."""
    parser.add_argument(
        "--library",
        metavar="DIR",
        type=Path,
        help=f"where names are looked up (default: {VARIABLE}, or else the folder library)",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the result."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def finder(root: Path, args: argparse.Namespace) -> Finder:
    """Return what finds the manifests that the arguments mean."""
    folder = args.library or os.environ.get(VARIABLE) or "library"
    return Finder(root, root / folder)


def find_manifests(root: Path, args: argparse.Namespace) -> Collection:
    """Return the manifests that are asked for, and say which files of a folder are none.

    Raises:
        InputError: none is asked for or found, or one can't be read.
        UpstreamError: an address can't be reached.
    """
    if args.all == bool(args.manifests):
        raise InputError("name the manifests, or say --all, which takes those of the library")
    where = finder(root, args)
    found = where.library() if args.all else where.find_all(args.manifests)
    for path, reason in found.skipped:
        note(f"skipped {path}: {reason}")
    if not found.sources:
        raise InputError("there is no manifest among these files")
    return found
