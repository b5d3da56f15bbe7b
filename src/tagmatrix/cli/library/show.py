"""Show the images of a tag, their base images, and the images that are built from it.

IMAGE is a manifest; without a TAG, the tag is `latest`. The command reads base images
from local git repositories, for this manifest and the library's others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tagmatrix.cli import option_types
from tagmatrix.cli.library import arguments, loading
from tagmatrix.cli.output import say, say_json
from tagmatrix.errors import InputError
from tagmatrix.manifest.architecture_names import ARCHITECTURES, named
from tagmatrix.manifest.family import FamilyMember
from tagmatrix.manifest.jsonform import entry_to_json
from tagmatrix.manifest.query import resolve
from tagmatrix.problems import printable

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.manifest.family import Family
    from tagmatrix.manifest.model import Entry
    from tagmatrix.manifest.query import Resolved

LATEST = "latest"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "image",
        metavar="IMAGE:TAG",
        help="a name in the library, a path, an address or REV:path, and a tag; or -",
    )
    arguments.add_library(parser)
    arguments.add_checkout(parser)
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        type=named,
        choices=sorted(ARCHITECTURES),
        help="only the image for this architecture: arm64v8, as in official-images, or arm64",
    )
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Show the tag."""
    source = arguments.finder(root, args).find_tag(args.image)
    tag = source.tag or LATEST
    manifest = source.manifest()
    entries = arguments.only_tag(replace(source, tag=tag), manifest).entries
    number = len(entries)
    if args.arch:
        built = dict.fromkeys(name for entry in entries for name in entry.architectures)
        entries = tuple([entry for entry in entries if args.arch in entry.architectures])
        if not entries:
            known = ", ".join(built)
            raise InputError(f"{source.name}:{tag} is not built for {args.arch}, only for {known}")
    family = loading.family(root, args, [(source.name, manifest)], around=True)
    images = [FamilyMember(name=source.name, entry=entry) for entry in entries]
    dependents = family.dependents(f"{source.name}:{tag}")
    shared = tag not in entries[0].tags
    if args.format == "json":
        value = {
            "image": source.name,
            "tag": tag,
            "shared": shared,
            "entries": [_to_json(family, image) for image in images],
            "dependents": [_to_json(family, image) for image in dependents],
        }
        say_json(value)
        return 0
    owners = f"shared by {number}" if shared else "a tag of one image"
    say(f"{source.name}:{tag}: {owners}")
    for image in images:
        say()
        for name, text in _rows(family, image):
            say(f"{name:<14}{printable(text)}")
    if dependents:
        say(f"\nbuilt from {source.name}:{tag}, directly or through other images:")
    for image in dependents:
        say(f"  {image}")
    loading.report_unknown(family, images)
    return 0


def _rows(family: Family, image: FamilyMember) -> list[tuple[str, str]]:
    """Return labels and texts about an image."""
    entry = image.entry
    rows = [
        ("tags", ", ".join(entry.tags)),
        ("shared tags", ", ".join(entry.shared_tags)),
        ("architectures", ", ".join(entry.architectures)),
        ("constraints", ", ".join(entry.constraints)),
        ("builder", entry.builder),
    ]
    places = _places(entry)
    for resolved, architectures in places:
        if len(places) > 1:
            rows.append(("for", ", ".join(architectures)))
        rows += [
            ("repository", resolved.git_repo),
            ("branch", resolved.git_fetch),
            ("commit", resolved.git_commit),
            ("Dockerfile", resolved.path),
            ("link", resolved.url),
        ]
    by_architecture = family.bases_of(image).values()
    bases = dict.fromkeys(base for found in by_architecture for base in found.all)
    rows.append(("built from", ", ".join(bases)))
    problems = dict.fromkeys(problem for found in by_architecture for problem in found.problems)
    rows += [("problem", f"its Dockerfile: {problem}") for problem in problems]
    return [(name, value) for name, value in rows if value]


def _to_json(family: Family, image: FamilyMember) -> dict[str, Any]:
    """Return an image as JSON."""
    return {
        "image": image.name,
        "entry": entry_to_json(image.entry),
        "dockerfiles": [
            {
                "architectures": architectures,
                "repository": resolved.git_repo,
                "commit": resolved.git_commit,
                "path": resolved.path,
                "url": resolved.url,
            }
            for resolved, architectures in _places(image.entry)
        ],
        "bases": {name: list(found.all) for name, found in family.bases_of(image).items()},
    }


def _places(entry: Entry) -> list[tuple[Resolved, list[str]]]:
    """Return the different Dockerfiles of an entry, each with its architectures."""
    places: dict[Resolved, list[str]] = {}
    for architecture in entry.architectures:
        place = replace(resolve(entry, architecture), architecture="", builder="")
        places.setdefault(place, []).append(architecture)
    return list(places.items())
