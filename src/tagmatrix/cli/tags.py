"""List the tags of versions.yaml: their versions, and whether they move.

If the committed manifest differs, the column PUBLISHED shows what that manifest has. If
git refuses to read the repository, the command warns, and compares with the manifest on disk.
A tag with the full version is fixed: it keeps that version, but its image may be rebuilt on a
newer base. All other tags move to newer versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.cli import cache_option, option_types
from tagmatrix.cli.output import note, say, say_json, warn
from tagmatrix.cli.table import say_table
from tagmatrix.config.known_cycles import unknown_cycle
from tagmatrix.errors import InputError
from tagmatrix.explain.owners import by_tag
from tagmatrix.explain.provenance import Provenance
from tagmatrix.manifest.architecture_names import named
from tagmatrix.matrix import reasons
from tagmatrix.matrix.load import load_all
from tagmatrix.problems import in_order, shown
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.explain.owners import Owned
    from tagmatrix.explain.provenance import ManifestTag
    from tagmatrix.matrix.expand import Image, Matrix

MOST: Final = 8
AS_PUBLISHED: Final = "yes"
COLOURS = {"moving": "yellow", "fixed": "green"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--cycle", metavar="CYCLE", action="append", help="only tags of this cycle; may be repeated"
    )
    parser.add_argument(
        "--variant",
        metavar="NAME",
        action="append",
        help="only tags of this variant (slim-trixie) or flavor (slim); may be repeated",
    )
    parser.add_argument(
        "--base",
        metavar="IMAGE",
        action="append",
        help="only tags of images on this base, such as debian:trixie-slim or debian; may be "
        "repeated",
    )
    parser.add_argument(
        "--arch",
        "--platform",
        metavar="ARCH",
        type=named,
        help="only tags for this architecture: arm64v8, as in official-images, or arm64, or "
        "linux/arm64",
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--moving", action="store_true", help="only tags that move")
    kind.add_argument("--fixed", action="store_true", help="only tags with the full version")
    option_types.add_format(parser, "table", "json", "tsv", text="json and tsv are for programs")
    cache_option.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """List the tags, and return the exit code."""
    with cache_option.kept(args):
        config, matrix, odd, _ = load_all(root)
    _check_names(matrix, args)
    for problem in in_order(odd):
        warn(problem.text(config.file))

    def wanted(image: Image) -> bool:
        return (
            (not args.cycle or image.cycle in args.cycle)
            and (not args.variant or bool({image.name, image.flavor} & {*args.variant}))
            and (not args.base or bool({image.base, _without_tag(image.base)} & {*args.base}))
            and (args.arch is None or args.arch in image.architectures)
        )

    owned = by_tag(matrix)
    found = [
        tag
        for tag in owned.values()
        if any(map(wanted, tag.images))
        and not (args.moving and not tag.moving)
        and not (args.fixed and tag.moving)
    ]
    provenance = Provenance(root, config, matrix)
    if provenance.warning:
        warn(provenance.warning)
    known = {tag.name: provenance.in_manifest(tag.name, tag) for tag in found}
    ending = [name for name in provenance.tags if name not in owned]
    if args.format == "json":
        tags = [
            {
                **tag.to_json(),
                "deprecated": reasons.deprecations(config, tag.images),
                "end_of_life": reasons.ends(config, tag.images),
                "published": (state := known[tag.name]) and state.to_json(),
            }
            for tag in found
        ]
        say_json({"image": config.image, "tags": tags, "ending": ending})
        return 0
    rows = [(*_row(tag), _published(known[tag.name])) for tag in found]
    if args.format == "tsv":
        say("\n".join("\t".join(cells) for cells in (_TITLES, *rows)))
        return 0
    if ending and len(found) == len(owned):
        note(f"published, but no longer in versions.yaml: {few(ending, MOST)}")
    images = (image for tag in found for image in tag.images)
    for name, text in reasons.deprecations(config, images).items():
        note(f"{name} is deprecated: {text}")
    if not found:
        note("no tags match")
        return 0
    columns = len(_TITLES)
    if all(row[-1] == AS_PUBLISHED for row in rows):
        columns -= 1
    titles = [title.upper() for title in _TITLES[:columns]]
    cells = [row[:columns] for row in rows]
    say_table(titles, cells, COLOURS)
    return 0


def _without_tag(base: str) -> str:
    """Return the name of a base: debian for debian:trixie-slim."""
    head, slash, last = base.partition("@")[0].rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


_TITLES = ("tag", "version", "moves", "variants", "architectures", "published")


def _published(known: ManifestTag | None) -> str:
    """Return the published state of a tag."""
    if known is None:
        return "not yet"
    return AS_PUBLISHED if known.same else f"as {known.name}"


def _row(tag: Owned) -> Sequence[str]:
    return (
        tag.name,
        tag.version or "-",
        "moving" if tag.moving else "fixed",
        ",".join(image.name or "-" for image in tag.images),
        ",".join(tag.architectures),
    )


def _check_names(matrix: Matrix, args: argparse.Namespace) -> None:
    """Raise an error for unknown names, which are probably misspelt."""
    cycles = dict.fromkeys(image.cycle for image in matrix.images)
    variants = dict.fromkeys(
        name for image in matrix.images for name in (image.name, image.flavor) if name
    )
    wrong = []
    for name in dict.fromkeys(args.cycle or ()):
        if name not in cycles:
            from tagmatrix.explain.missing_tag import why_left_out  # noqa: PLC0415 (only for wrong names)

            left_out = [cell for cell in matrix.left_out if cell.cycle == name]
            why = why_left_out(matrix, left_out) if left_out else unknown_cycle(name, cycles)
            wrong.append(f"--cycle: {why}")
    wrong += [
        f'--variant: there is no variant "{name}"{nearest(name, variants)}'
        for name in args.variant or ()
        if name not in variants
    ]
    bases = dict.fromkeys(
        name for image in matrix.images for name in (image.base, _without_tag(image.base))
    )
    wrong += [
        f'--base: no image has the base "{shown(name)}"{nearest(name, bases)}'
        for name in args.base or ()
        if name not in bases
    ]
    if wrong:
        raise InputError("\n".join(wrong))
