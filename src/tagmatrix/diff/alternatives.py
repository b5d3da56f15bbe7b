"""Alternatives to a tag that moves or ends: a tag that does not change, or a successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.changes import Effect
from tagmatrix.manifest.tag_dates import split_alias
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.diff.changes import ChangeReason
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag


def unchanged(
    tag: SnapshotTag, new: Snapshot, needed: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield tags that may now name what this tag named before, the most similar one first.

    `needed` are architectures that the alternative must have; then the release of its base
    system may differ.
    """
    own = _pinned(tag, tag.main.cell, new)
    if own and own != tag.name and needed <= new.tags[own].architectures:
        yield own
    elif needed:
        for image in new.cells.values():
            near = image.cycle == tag.main.cycle and image.flavor == tag.main.flavor
            if near and needed <= set(image.architectures):
                yield _find(tag, image, image.variant, new)
                return
    yield from _lines(tag, new)


def _lines(tag: SnapshotTag, new: Snapshot) -> Iterator[str]:
    """Yield the names of the line that a moving tag named: `8.6` if `8` was 8.6.2."""
    was = tag.main
    if was.version is None or tag.is_exact:
        return
    for alias in was.version.parts[1:]:
        for spelling in dict.fromkeys((tag.spelling, was.variant)):
            name = "-".join(filter(None, (alias, spelling)))
            other = new.tags.get(name)
            if other and name != tag.name and other.main.flavor == was.flavor:
                yield name


def successor(tag: SnapshotTag, reason: ChangeReason, new: Snapshot) -> str:
    """Return the successor of a tag that ends, or an empty text."""
    image = tag.main
    if reason.kind is Effect.UPDATE:
        return ""
    if reason.kind is Effect.BECOMES_FINAL:
        return _in_cycle(tag, reason.new, new)
    if image.cycle not in new.cycles:
        return _in_cycle(tag, _next_cycle(image, new), new)
    same = _tag(image.cell, tag.alias, tag.spelling, new)
    if tag.is_exact and image.cell in new.cells:
        same = same or _find(tag, new.cells[image.cell], tag.spelling, new)
    if own := same or _pinned(tag, image.cell, new):
        return own
    return _in_cycle(tag, image.cycle, new)


def _pinned(tag: SnapshotTag, cell: tuple[str, str], new: Snapshot) -> str:
    """Return the tag of an image that does not move and is most similar to the given tag."""
    cycle, variant = cell
    if cell not in new.cells:
        return ""
    spelling = tag.spelling
    short = _tag(cell, cycle, spelling, new)
    alias = tag.alias if _is_pinned(tag, new.cells[cell]) else cycle
    found = _tag(cell, alias, spelling, new) or _tag(cell, alias, variant, new) or short
    return found or _tag(cell, tag.alias, variant, new) or _of_variant(cell, new)


def _of_variant(cell: tuple[str, str], new: Snapshot) -> str:
    """Return a moving tag of an image that names its variant: `3.14-bookworm` for `3`."""
    tags = (tag for tag in new.tags_of(cell) if tag.spelling == cell[1] and not tag.is_exact)
    return next((tag.name for tag in tags), "")


def _in_cycle(tag: SnapshotTag, cycle: str, new: Snapshot) -> str:
    """Return the tag of a cycle that is most similar to the given tag."""
    image = tag.main
    cells = [one for one in new.cells.values() if one.cycle == cycle]
    same = [one for one in cells if one.variant == image.variant]
    near = [one for one in cells if one.flavor == image.flavor]
    for other in (*same, *near):
        for spelling in (tag.spelling, other.variant):
            if found := _find(tag, other, spelling, new):
                return found
    return ""


def _find(tag: SnapshotTag, image: SnapshotImage, spelling: str, new: Snapshot) -> str:
    """Return the tag of an image with a spelling; one that doesn't move, if the given doesn't."""
    exact = _exact(tag, image, spelling, new)
    pinned = _tag(image.cell, exact, spelling, new) if exact else ""
    return pinned or _tag(image.cell, image.cycle, spelling, new)


def _exact(tag: SnapshotTag, image: SnapshotImage, spelling: str, new: Snapshot) -> str:
    """Return the exact alias of an image for an exact tag: the same one, if it has the version."""
    now = image.version
    if not tag.is_exact or now is None:
        return ""
    if _is_pinned(tag, image):
        return tag.alias
    dated = bool(split_alias(tag.alias)[1])
    found = [
        one.alias for one in new.tags_of(image.cell) if one.spelling == spelling and one.is_exact
    ]
    return min(
        found,
        key=lambda alias: (bool(split_alias(alias)[1]) != dated, alias != now.tag),
        default="",
    )


def _is_pinned(tag: SnapshotTag, image: SnapshotImage) -> bool:
    """Return whether a tag names an exact version, and an image has this version."""
    was, now = tag.main.version, image.version
    return tag.is_exact and was is not None and now is not None and now.is_same(was)


def _tag(cell: tuple[str, str], alias: str, spelling: str, new: Snapshot) -> str:
    """Return the tag of an image with an alias, or with the same version: 2.1.0 for v2.1.0."""
    if found := new.find(cell, alias, spelling):
        return found
    version = parse(alias, "loose")
    for tag in new.tags_of(cell) if version else ():
        other = parse(tag.alias, "loose") if tag.spelling == spelling else None
        if version and other and other.is_same(version) and other.precision == version.precision:
            return tag.name
    return ""


def _next_cycle(image: SnapshotImage, new: Snapshot) -> str:
    """Return the next higher final cycle, or an empty text."""
    mine = parse(image.cycle, "loose")
    if mine is None:
        return ""
    higher = [
        (found.key, cycle)
        for cycle, images in new.cycles.items()
        if (found := parse(cycle, "loose")) and images[0].is_final and found.compare(mine) == 1
    ]
    return min(higher)[1] if higher else ""
