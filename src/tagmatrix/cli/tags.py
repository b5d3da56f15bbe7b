"""List the tags that are published: what each is now, and whether it moves.

A tag with the full version is fixed: it stays that version, though its image may
be built again on a newer base. Every other tag moves to a newer version in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.architectures import named
from tagmatrix.cli.output import note, say, say_json
from tagmatrix.cli.table import table, width
from tagmatrix.config.shapes import nearest
from tagmatrix.errors import InputError
from tagmatrix.loading import load
from tagmatrix.ownership import by_tag

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from tagmatrix.matrix import Image, Matrix
    from tagmatrix.ownership import Owned

COLOURS = {"moving": "yellow", "fixed": "green"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--cycle", metavar="CYCLE", action="append", help="tags of this cycle; may be repeated"
    )
    parser.add_argument(
        "--variant",
        metavar="NAME",
        action="append",
        help="tags of this variant (slim-trixie) or flavor (slim); may be repeated",
    )
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        help="tags that are built for it: official-images' word (arm64v8) or another (arm64)",
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--moving", action="store_true", help="only tags that move")
    kind.add_argument("--fixed", action="store_true", help="only tags with the full version")
    parser.add_argument("--format", choices=("table", "json", "tsv"), default="table")


def run(root: Path, args: argparse.Namespace) -> int:
    """List them; returns the exit code."""
    config, matrix = load(root)
    _check_names(matrix, args)
    architecture = named(args.arch) if args.arch else None

    def wanted(image: Image) -> bool:
        return (
            (not args.cycle or image.cycle in args.cycle)
            and (not args.variant or bool({image.name, image.flavor} & {*args.variant}))
            and (architecture is None or architecture in image.architectures)
        )

    found = [
        tag
        for tag in by_tag(matrix).values()
        if any(map(wanted, tag.images))
        and not (args.moving and not tag.moving)
        and not (args.fixed and tag.moving)
    ]
    if args.format == "json":
        say_json({"image": config.image, "tags": [tag.to_json() for tag in found]})
        return 0
    rows = [_row(tag) for tag in found]
    if args.format == "tsv":
        say("\n".join("\t".join(cells) for cells in (_TITLES, *rows)))
        return 0
    if not found:
        note("no tag is like that")
        return 0
    titles = [title.upper() for title in _TITLES]
    say("\n".join(table(titles, rows, limit=width(), colours=COLOURS)))
    return 0


_TITLES = ("tag", "version", "moves", "variants", "architectures")


def _row(tag: Owned) -> Sequence[str]:
    return (
        tag.name,
        tag.version,
        "moving" if tag.moving else "fixed",
        ",".join(image.name or "-" for image in tag.images),
        ",".join(tag.architectures),
    )


def _check_names(matrix: Matrix, args: argparse.Namespace) -> None:
    """Refuse names that nothing has: they are slips, not questions."""
    cycles = dict.fromkeys(image.cycle for image in matrix.images)
    variants = dict.fromkeys(
        name for image in matrix.images for name in (image.name, image.flavor) if name
    )
    wrong = [*_unknown("cycle", args.cycle, cycles), *_unknown("variant", args.variant, variants)]
    if wrong:
        raise InputError("\n".join(wrong))


def _unknown(option: str, given: Sequence[str] | None, known: Collection[str]) -> list[str]:
    return [
        f'--{option}: there is no {option} "{name}"{nearest(name, known)}'
        for name in given or ()
        if name not in known
    ]
