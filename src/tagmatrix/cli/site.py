"""Write the image's site: its matrix, tags and history as static pages.

The pages need no server and no JavaScript. Feeds, a calendar, badges and index.json are among
them. Without --as-of nothing depends on the day: the same history gives the same files.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tagmatrix import git
from tagmatrix.cli import option_types
from tagmatrix.cli.foreign_files import refuse_folder
from tagmatrix.cli.output import say, say_waiting, summary, warn
from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.explain.provenance import Provenance, usual_ref
from tagmatrix.guard.known_folders import Folders
from tagmatrix.manifest import all_tags
from tagmatrix.matrix.load import load
from tagmatrix.problems import shown
from tagmatrix.site import (
    all_files,
    current_image,
    digests,
    file_paths,
    manifest_history,
    moves,
    writing,
)
from tagmatrix.site.page_data import Site
from tagmatrix.util.printable import unprintable
from tagmatrix.util.wording import counted

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tagmatrix.git import Repository
    from tagmatrix.site.manifest_history import ManifestRevision
    from tagmatrix.site.page_data import SiteFamily

# What an address that others are added to may not have: https://www.rfc-editor.org/rfc/rfc3987
_NO_ADDRESS: Final = re.compile(r'[\s<>"{}|\\^`?#]|%(?![0-9A-Fa-f]{2})')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--output", metavar="DIR", type=Path, required=True, help="the folder of the site"
    )
    parser.add_argument(
        "--since",
        metavar="REV",
        default="",
        help="the first revision of the history (default: all)",
    )
    parser.add_argument(
        "--url",
        metavar="BASE",
        type=_address,
        help="the address where the site will be, for links in feeds",
    )
    option_types.add_as_of(
        parser, "mark cycles that have ended by this day, or end soon (default: mark none)"
    )
    parser.add_argument(
        "--manifest",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="make the site of this manifest and its history in git, without versions.yaml; if "
        "repeated, each image has a folder, and a page above lists them",
    )
    parser.add_argument(
        "--digests",
        metavar="FILE",
        type=Path,
        help="show the digests of the tags: what `registry list --format json` printed",
    )
    option_types.add_dry_run(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Write the site, and return the exit code."""
    if args.digests and len(args.manifest) > 1:
        raise InputError("--digests is for one image; use one --manifest")
    refuse_folder("--output", args.output)
    from tagmatrix.site.page_templates import PageTemplates  # noqa: PLC0415 (Jinja2 is slow)

    templates = PageTemplates(root)
    if len(args.manifest) > 1:
        sites = [_other(path, args) for path in args.manifest]
        if len({site.family.name for site in sites}) < len(sites):
            raise InputError("two of the manifests have the same name")
        images = {file_paths.folder(site.family.name): site for site in sites}
        files = all_files.of_images(images, templates)
    else:
        site = _other(args.manifest[0], args) if args.manifest else _own(root, args)
        sites = [site]
        files = all_files.files(site, templates)
    if args.dry_run:
        return _dry_run(args.output, files)
    changed = writing.write(args.output, files, say_waiting)
    for site in sites:
        if len(sites) > 1:
            summary(f"{args.output / file_paths.folder(site.family.name)}: {_numbers(site)}")
        else:
            summary(f"{args.output}: {len(files)} files, {changed} changed; {_numbers(site)}")
    if len(sites) > 1:
        summary(f"{args.output}: {len(sites)} images, {len(files)} files, {changed} changed")
    return 0


def _dry_run(folder: Path, files: Mapping[str, bytes]) -> int:
    """Print what would be written and deleted, and return the exit code."""
    written, deleted = writing.changes(folder, files)
    for path in written:
        say(f"would write {folder / path}")
    for path in deleted:
        say(f"would delete {folder / path}")
    summary(f"{folder}: {len(files)} files, {len(written) + len(deleted)} would change")
    return DifferenceError.exit_code if written or deleted else 0


def _numbers(site: Site) -> str:
    """Return what a site shows, in numbers."""
    tags, steps, revisions = len(site.family.tags), len(site.steps), len(site.revisions)
    moved = f"{counted(steps, 'move')} in {counted(revisions, 'revision')}"
    return f"{counted(tags, 'tag')}, {moved}"


def _own(root: Path, args: argparse.Namespace) -> Site:
    """Return the site of versions.yaml."""
    config, matrix = load(root)
    path = config.layout.manifest
    found = _revisions(_repository(root), path, args.since, f"{path}.json")
    if {tag.name for image in matrix.images for tag in image.all_tags} != {
        *all_tags(found[-1].manifest)
    }:
        warn(
            "versions.yaml has other tags than the committed manifest: tagmatrix generate --commit"
        )
    past = moves.history(found, Folders(config), usual=usual_ref(config), partial=bool(args.since))
    provenance = Provenance(root, config, matrix)
    family = current_image.of_matrix(config, matrix, provenance, found[-1], past)
    return _site(family, found, past, args)


def _other(path: Path, args: argparse.Namespace) -> Site:
    """Return the site of a manifest."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; name a manifest in a git repository")
    if unprintable(path.name):
        raise InputError(f"{shown(str(path))}: the name is not printable; rename the manifest")
    found = _revisions(_repository(path.parent), path.name, args.since)
    past = moves.history(found, partial=bool(args.since))
    return _site(current_image.of_manifest(path.name, found[-1], past), found, past, args)


def _repository(folder: Path) -> Repository:
    """Return the repository of a folder. Raises InputError if there is none."""
    found = git.locate(folder)
    if isinstance(found, git.NoRepository):
        raise InputError(f"there is no history to read: {found.value}")
    return found


def _revisions(
    repository: Repository, path: str, since: str, catalog: str = ""
) -> tuple[ManifestRevision, ...]:
    """Return the revisions of a manifest, and warn of those that can't be read."""
    read = manifest_history.revisions(repository, path, since=since, catalog=catalog)
    if read.unreadable:
        warn(
            f"{path}: {counted(read.unreadable, 'old revision')} can't be read, so the site does "
            "not have what they changed alone"
        )
    return read.revisions


def _site(
    family: SiteFamily,
    revisions: tuple[ManifestRevision, ...],
    past: moves.History,
    args: argparse.Namespace,
) -> Site:
    as_of: dt.date | None = args.as_of
    known = digests.read(args.digests) if args.digests else {}
    if args.digests and known.keys().isdisjoint(tag.name for tag in family.tags):
        warn(f"{args.digests}: none of the tags of {family.name} has a digest there")
    folder = f"{file_paths.folder(family.name)}/" if len(args.manifest) > 1 else ""
    return Site(
        family=family,
        revisions=revisions,
        steps=past.steps,
        exact=past.exact,
        url=f"{args.url}{folder}" if args.url else "",
        as_of=as_of,
        digests=known,
        several=len(args.manifest) > 1,
    )


def _address(text: str) -> str:
    """Return the address of the site, with a slash at its end."""
    try:
        parts = urlsplit(text)
        is_page = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        if "@" in parts.netloc:  # not repeated here: logs are public too
            raise argparse.ArgumentTypeError(
                "the address has a user or a password, and each page would publish it: remove it"
            )
    except ValueError:  # also of the port
        is_page = False
    if not is_page or not text.isprintable() or _NO_ADDRESS.search(text):
        raise argparse.ArgumentTypeError(
            f"invalid address {text!r}: expected one such as https://example.org/python/"
        )
    return text if text.endswith("/") else f"{text}/"
