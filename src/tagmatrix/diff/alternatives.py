"""Alternatives to a tag that moves or ends: a tag that does not change, or a successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.changes import Effect
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from tagmatrix.diff.changes import ChangeReason
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag


def unchanged(tag: SnapshotTag, new: Snapshot, needed: frozenset[str] = frozenset()) -> str:
    """Return the tag that now names what this tag named before, or an empty text.

    `needed` are architectures that the alternative must have; then the release of its base
    system may differ.
    """
    own = _pinned(tag, tag.main.cell, new)
    if own and own != tag.name and needed <= new.tags[own].architectures:
        return own
    if needed:
        for image in new.cells.values():
            near = image.cycle == tag.main.cycle and image.flavor == tag.main.flavor
            if near and needed <= set(image.architectures):
                return _find(tag, image, image.variant, new)
    return ""


def successor(tag: SnapshotTag, reason: ChangeReason, new: Snapshot) -> str:
    """Return the successor of a tag that ends, or an empty text."""
    image = tag.main
    if reason.kind is Effect.UPDATE:
        return ""
    if reason.kind is Effect.BECOMES_FINAL:
        return _in_cycle(tag, reason.new, new)
    if image.cycle not in new.cycles:
        return _in_cycle(tag, _next_cycle(image, new), new)
    if image.cell in new.cells and (own := _pinned(tag, image.cell, new)):
        return own
    return _in_cycle(tag, image.cycle, new)


def _pinned(tag: SnapshotTag, cell: tuple[str, str], new: Snapshot) -> str:
    """Return the tag of an image that does not move and is most similar to the given tag."""
    cycle, variant = cell
    if cell not in new.cells:
        return ""
    spelling = tag.spelling
    short = new.find(cell, cycle, spelling)
    version = new.cells[cell].version
    exact = tag.is_exact and version is not None and version.tag == tag.main.version_text
    alias = tag.alias if exact else cycle
    return new.find(cell, alias, spelling) or new.find(cell, alias, variant) or short


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
    same = tag.is_exact and image.version_text == tag.main.version_text
    pinned = new.find(image.cell, tag.alias, spelling) if same else ""
    return pinned or new.find(image.cell, image.cycle, spelling)


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
