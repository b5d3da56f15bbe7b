"""The arguments that the subcommands of `library` share."""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.output import note
from tagmatrix.errors import InputError
from tagmatrix.manifest.locate import Finder
from tagmatrix.manifest.query import all_tags, find

if TYPE_CHECKING:
    import argparse

    from tagmatrix.manifest.library_folder import FoundManifests
    from tagmatrix.manifest.model import Manifest
    from tagmatrix.manifest.raw import RawManifest

VARIABLE: Final = "TAGMATRIX_LIBRARY"


def add_manifests(parser: argparse.ArgumentParser, *, tags: bool = False) -> None:
    """Declare the manifests to read: some, or all of the library."""
    kinds = "a name in the library, a path, a folder, an address, - or REV:path"
    parser.add_argument(
        "manifests",
        metavar="MANIFEST[:TAG]" if tags else "MANIFEST",
        nargs="*",
        help=f"{kinds}; of it one tag" if tags else kinds,
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


def add_checkout(parser: argparse.ArgumentParser) -> None:
    """Declare where commits are looked up."""
    parser.add_argument(
        "--checkout",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a git repository that has the images' sources, to read what they are built from; "
        "may be given several times (the repository here is always one)",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the result."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def finder(root: Path, args: argparse.Namespace) -> Finder:
    """Return what finds the manifests that the arguments mean."""
    folder = args.library or os.environ.get(VARIABLE) or "library"
    return Finder(root, root / folder)


def find_manifests(root: Path, args: argparse.Namespace, *, tags: bool = False) -> FoundManifests:
    """Return the manifests that are asked for, and say which files of a folder are none.

    Raises:
        InputError: none is asked for or found, or one can't be read.
        UpstreamError: an address can't be reached.
    """
    if args.all == bool(args.manifests):
        raise InputError("name the manifests, or say --all, which takes those of the library")
    where = finder(root, args)
    found = where.library() if args.all else where.find_all(args.manifests, tags=tags)
    say_skipped(found)
    if not found.sources:
        raise InputError("there is no manifest among these files")
    return found


def say_skipped(found: FoundManifests) -> None:
    """Say which files of a folder are no manifests."""
    for path, reason in found.skipped:
        note(f"skipped {path}: {reason}")


def only_tag(source: RawManifest, manifest: Manifest) -> Manifest:
    """Return the manifest with the entries of the tag that was asked for, or all of them.

    Raises:
        InputError: there is no such tag.
    """
    if not source.tag:
        return manifest
    entries = find(manifest, source.tag)
    if not entries:
        near = difflib.get_close_matches(source.tag, all_tags(manifest))
        end = f"did you mean {' or '.join(near)}?" if near else "see tagmatrix library list"
        raise InputError(f"{source.origin} has no tag {source.tag}: {end}")
    return replace(manifest, entries=entries)
