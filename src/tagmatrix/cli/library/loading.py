"""Load manifests with the library's other manifests and the local git repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.cli.library.arguments import VARIABLE, finder
from tagmatrix.cli.output import note
from tagmatrix.errors import InputError
from tagmatrix.manifest.checkout import Checkouts
from tagmatrix.manifest.family import Family

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.dockerfile.from_lines import Bases
    from tagmatrix.manifest.family import FamilyMember
    from tagmatrix.manifest.model import Entry, Manifest


def family(
    root: Path,
    args: argparse.Namespace,
    manifests: Iterable[tuple[str, Manifest]],
    *,
    around: bool = False,
    architecture: str | None = None,
) -> Family:
    """Return the family of manifests, with the bases of their images.

    Args:
        root: the image's folder.
        args: the arguments of `add_library` and `add_checkout`.
        manifests: pairs of an image's name and its manifest.
        around: also load the library's other manifests, if they can be read.
        architecture: look up bases for this architecture only.

    Raises:
        InputError: two manifests have the same name, or a checkout is not a repository.
    """
    by_name: dict[str, Manifest] = {}
    for name, manifest in manifests:
        if name in by_name:
            raise InputError(f"{name}: two manifests have this name: give only one of them")
        by_name[name] = manifest
    if around:
        by_name |= _others(root, args, by_name)
    folders = [root / folder for folder in args.checkout]
    if isinstance(git.locate(root), git.Repository):
        folders.insert(0, root)
    checkouts = Checkouts(folders)
    checkouts.load(entry for manifest in by_name.values() for entry in manifest.entries)

    def bases(entry: Entry, name: str) -> Bases | None:
        return checkouts.bases(entry, name) if architecture in {None, name} else None

    return Family(by_name, bases)


def report_unknown(found: Family, images: Iterable[FamilyMember]) -> None:
    """Report the images whose bases are unknown."""
    unknown = [image for image in images if not found.bases_of(image)]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        note(
            f"unknown base images of {unknown[0]}{more}: no local repository has the "
            "commits; give clones with --checkout DIR"
        )


def _others(
    root: Path, args: argparse.Namespace, known: dict[str, Manifest]
) -> dict[str, Manifest]:
    """Return the library's other manifests that can be read."""
    try:
        found = finder(root, args).library()
    except InputError as error:
        if args.library or os.environ.get(VARIABLE):  # the default folder may be missing
            note(f"ignored: {error}")
        return {}
    for path, reason in found.unread:
        note(f"ignored: {path}: {reason}")
    others = {}
    for source in found.sources:
        if source.name not in known:
            try:
                others[source.name] = source.manifest()
            except InputError as error:
                note(f"ignored: {error}")
    return others
