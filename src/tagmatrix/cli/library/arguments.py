"""The arguments that the subcommands of `library` share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix.cli.output import note
from tagmatrix.errors import InputError
from tagmatrix.manifest.locate import Finder
from tagmatrix.manifest.query import all_tags, find
from tagmatrix.util.nearest import closest

if TYPE_CHECKING:
    import argparse

    from tagmatrix.manifest.library_folder import FoundManifests
    from tagmatrix.manifest.model import Manifest
    from tagmatrix.manifest.raw import RawManifest

VARIABLE: Final = "TAGMATRIX_LIBRARY"


def add_manifests(parser: argparse.ArgumentParser, *, tags: bool = False) -> None:
    """Declare the arguments for manifests: some, or all of the library."""
    kinds = "a name in the library, a path, a folder, an address, - or REV:path"
    parser.add_argument(
        "manifests",
        metavar="MANIFEST[:TAG]" if tags else "MANIFEST",
        nargs="*",
        help=f"{kinds}; with :TAG, only this tag" if tags else kinds,
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="all manifests of the library; other files are reported on stderr",
    )


def add_library(parser: argparse.ArgumentParser) -> None:
    """Declare the option for the library, where names are looked up."""
    parser.add_argument(
        "--library",
        metavar="DIR",
        type=Path,
        help=f"the folder in which to look up names (default: {VARIABLE}, or the folder library)",
    )


def add_checkout(parser: argparse.ArgumentParser) -> None:
    """Declare the option for git repositories, where commits are looked up."""
    parser.add_argument(
        "--checkout",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a git repository with the images' sources, to read their base images; "
        "may be repeated (the repository of the current folder is always included)",
    )


def finder(root: Path, args: argparse.Namespace) -> Finder:
    """Return the finder of manifests for these arguments."""
    folder = args.library or os.environ.get(VARIABLE) or "library"
    return Finder(root, root / folder)


def find_manifests(root: Path, args: argparse.Namespace, *, tags: bool = False) -> FoundManifests:
    """Return the manifests of the arguments, and report skipped files of folders.

    Raises:
        InputError: the arguments name no manifest, or one cannot be read.
        UpstreamError: an address cannot be reached.
    """
    if args.all == bool(args.manifests):
        raise InputError("give the manifests, or --all for all manifests of the library")
    where = finder(root, args)
    found = where.library() if args.all else where.find_all(args.manifests, tags=tags)
    named = {source.origin for source in found.sources}
    for path, reason in found.skipped:
        # `generate` writes the JSON of a manifest beside it
        if path.removesuffix(".json") not in named:
            note(f"skipped {path}: {reason}")
    if not found.sources:
        raise InputError("none of these files is a manifest")
    return found


def only_tag(source: RawManifest, manifest: Manifest) -> Manifest:
    """Return the manifest with only the entries of the requested tag, or all entries.

    Raises:
        InputError: the manifest does not have the tag.
    """
    if not source.tag:
        return manifest
    entries = find(manifest, source.tag)
    if not entries:
        near = closest(source.tag, all_tags(manifest))
        end = f"did you mean {near}?" if near else f"see tagmatrix library list {source.origin}"
        raise InputError(f"{source.origin} has no tag {source.tag}: {end}")
    return replace(manifest, entries=entries)
