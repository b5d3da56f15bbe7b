"""List the tags of manifests, one a line, each with its image's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import option_types
from tagmatrix.cli.library import arguments
from tagmatrix.cli.output import say, say_json
from tagmatrix.manifest.architecture_names import ARCHITECTURES, named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.manifest.model import Entry, Manifest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_manifests(parser, tags=True)
    arguments.add_library(parser)
    arguments.add_checkout(parser)
    parser.add_argument("--uniq", action="store_true", help="only the first tag of each entry")
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        type=named,
        choices=sorted(ARCHITECTURES),
        help="only images for this architecture: arm64v8, as in official-images, or arm64",
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--moving", action="store_true", help="only tags that move")
    kind.add_argument("--fixed", action="store_true", help="only tags with the full version")
    parser.add_argument(
        "--build-order", action="store_true", help="each image after its base images"
    )
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Print the tags."""
    found = arguments.find_manifests(root, args, tags=True)
    manifests = [
        (source.name, arguments.only_tag(source, source.manifest())) for source in found.sources
    ]
    entries = [(name, entry) for name, manifest in manifests for entry in manifest.entries]
    if args.build_order:
        entries = _in_build_order(root, args, manifests)
    if args.arch:
        entries = [(name, entry) for name, entry in entries if args.arch in entry.architectures]
    tags = _tags(entries, uniq=args.uniq)
    if args.fixed or args.moving:
        from tagmatrix.manifest.exact_aliases import fixed_tags  # noqa: PLC0415 (reads versions)

        fixed = {f"{name}:{tag}" for name, manifest in manifests for tag in fixed_tags(manifest)}
        tags = {tag: None for tag in tags if (tag in fixed) is args.fixed}
    if args.format == "json":
        say_json({"tags": list(tags)})
    elif tags:
        say("\n".join(tags))  # at once: all manifests of official-images have 10,000 tags
    return 0


def _tags(entries: Iterable[tuple[str, Entry]], *, uniq: bool) -> dict[str, None]:
    """Return the tags in order, each once; a shared tag is listed with its first owner."""
    return {
        f"{name}:{tag}": None
        for name, entry in entries
        for tag in (entry.tags[:1] if uniq else (*entry.tags, *entry.shared_tags))
    }


def _in_build_order(
    root: Path, args: argparse.Namespace, manifests: list[tuple[str, Manifest]]
) -> list[tuple[str, Entry]]:
    from tagmatrix.cli.library import loading  # noqa: PLC0415 (only the order needs git)

    family = loading.family(root, args, manifests, architecture=args.arch)
    order = family.build_order()
    if args.arch:
        order = tuple([image for image in order if args.arch in image.entry.architectures])
    loading.report_unknown(family, order)
    return [(image.name, image.entry) for image in order]
