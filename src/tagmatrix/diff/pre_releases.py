"""Find out whether a pre-release ended because its final release is out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.diff.changes import ChangeReason, Effect
from tagmatrix.manifest.entry_tags import LATEST
from tagmatrix.versions import cycle_numbers, parse

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag

_MAJOR_AND_MINOR: Final = 2


def is_final_of(image: SnapshotImage, early: SnapshotImage) -> bool:
    """Return whether an image is the final release that a pre-release led to, or a later one."""
    if early.version is None or early.is_final or image.version is None or not image.is_final:
        return False
    order = image.version.compare(early.version)
    return order == 1 and _same_line(image, early)


def _same_line(image: SnapshotImage, early: SnapshotImage) -> bool:
    """Return whether an image is of the line of a pre-release: 8.2.1 is, beside 8.2.2RC1."""
    if image.version is None or early.version is None:
        return False
    line = cycle_numbers(early.cycle)
    numbers = early.version.numbers
    if not line or len(line) >= len(numbers) > _MAJOR_AND_MINOR:
        line = numbers[:-1] if len(numbers) > _MAJOR_AND_MINOR else numbers
    return image.product in {"", early.product} and image.version.numbers[: len(line)] == line


def was_final(early: SnapshotImage, old: Snapshot) -> bool:
    """Return whether the line of a pre-release had a final release before."""
    return any(image.is_final and _same_line(image, early) for image in old.cells.values())


def becomes_final(early: SnapshotImage, image: SnapshotImage, old: Snapshot) -> ChangeReason | None:
    """Return the reason if an image is the first final release of its cycle.

    A cycle that had a final release, such as 6 with 6.0, does not become final with 6.1.
    """
    if not is_final_of(image, early) or was_final(early, old):
        return None
    if any(one.version and one.is_final for one in old.cycles.get(image.cycle, ())):
        return None
    return ChangeReason(Effect.BECOMES_FINAL, early.cycle, image.cycle)


def finished(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason | None:
    """Return the reason for a tag of a pre-release whose final release is in `new`, or None."""
    early = tag.main
    if early.is_final:
        return None
    if early.cycle in new.listed_cycles and not early.product:
        alias = parse(tag.alias, "loose")
        if tag.name == LATEST or (alias and alias.is_final):
            return None  # the name of a final release, which should stay
    for image in new.cells.values():
        if is_final_of(image, early):
            update = ChangeReason(Effect.UPDATE, early.version_text, image.version_text)
            return becomes_final(early, image, old) or update
    return None
