"""Find images that are still published, only under other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage


def is_renamed(image: SnapshotImage, old: Snapshot, new: Snapshot) -> bool:
    """Return whether an image is still published, only under other names.

    It is the same build then, or it is from the same Dockerfile, and its name only lost words.
    """
    if image.cell in new.cells or not image.source:
        return False
    for other in new.cycles.get(image.cycle, ()):
        if other.suite and image.suite and other.suite != image.suite:
            continue
        if _build(other) == _build(image):
            return _is_unique(image, old) and _is_unique(other, new)
        if other.place == image.place and other.cell not in old.cells:
            fewer = set(other.variant.split("-")) - {""} < set(image.variant.split("-"))
            if fewer and _has_place(image, old) and _has_place(other, new):
                return True
    return False


def _is_unique(image: SnapshotImage, snapshot: Snapshot) -> bool:
    """Return whether no other image is the same build."""
    return sum(_build(one) == _build(image) for one in snapshot.cells.values()) == 1


def _build(image: SnapshotImage) -> tuple[object, object]:
    return image.source, image.builds


def _has_place(image: SnapshotImage, snapshot: Snapshot) -> bool:
    """Return whether no other image is from the same Dockerfile."""
    return sum(one.place == image.place for one in snapshot.cells.values()) == 1
