"""The reasons for removed and added tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.changes import ChangeReason, Effect
from tagmatrix.diff.sentences import suite_name
from tagmatrix.diff.snapshot import LATEST
from tagmatrix.diff.vocabulary import read_version, without_dates

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag


def why_ended(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag's absence from the new snapshot."""
    image = tag.main
    if image.cycle not in new.listed_cycles:
        return _cycle_ended(tag, new)
    if replaced := _replaced(tag, new):
        return replaced
    if tag.names_suite:
        listed = any(owner.variant in new.variants for owner in tag.images)
    else:
        listed = any(owner.flavor in new.flavors for owner in tag.images)
    if not listed:
        suite = suite_name(image) if image.suite not in new.suites else image.variant
        return ChangeReason(Effect.SUITE_ENDS, suite)
    return _vanished(tag, old, new)


def why_added(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag's absence from the old snapshot."""
    image = tag.main
    if image.cycle not in old.cycles:
        return _cycle_added(image, old, new)
    if replacing := _replaced(tag, old):
        return ChangeReason(Effect.UPDATE, replacing.new, replacing.old)
    if all(owner.cell not in old.cells for owner in tag.images):
        if image.variant in old.variants:
            return ChangeReason(Effect.NEW_SUITE, image.cycle, image.variant)
        suite = suite_name(image) if image.suite not in old.suites else image.variant
        return ChangeReason(Effect.NEW_SUITE, new=suite)
    if tag.alias not in old.aliases:
        return ChangeReason(Effect.NEW_TAG, new=tag.alias, by="alias")
    return ChangeReason(Effect.NEW_TAG, new=tag.spelling, by="spelling")


def _cycle_added(image: SnapshotImage, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag of a new cycle, or of pre-releases that became final."""
    for cycle, images in old.cycles.items():
        if cycle not in new.cycles and not images[0].is_final and _is_final_of(image, cycle):
            return ChangeReason(Effect.BECOMES_FINAL, cycle, image.cycle)
    return ChangeReason(Effect.NEW_CYCLE, new=image.cycle)


def _is_final_of(image: SnapshotImage, cycle: str) -> bool:
    """Return whether an image is the final release of a cycle of pre-releases."""
    began, ended = read_version(cycle), read_version(image.cycle)
    same = began is not None and ended is not None and began.numbers == ended.numbers
    return same and image.is_final


def _cycle_ended(tag: SnapshotTag, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag whose cycle is no longer listed.

    The tag ends with its cycle. Tags such as `3` and `latest` vanish instead if another cycle
    could own them.
    """
    image = tag.main
    if not image.is_final:
        for name, images in new.cycles.items():
            if _is_final_of(images[0], image.cycle):
                return ChangeReason(Effect.BECOMES_FINAL, image.cycle, name)
    if image.is_final and any(_could_own(tag, other) for other in new.cells.values()):
        return ChangeReason(Effect.VANISHES, image.cycle, by="cycle")
    return ChangeReason(Effect.CYCLE_ENDS, image.cycle)


def _could_own(tag: SnapshotTag, image: SnapshotImage) -> bool:
    """Return whether a tag without a cycle in its name could move to an image of another cycle."""
    if not image.is_final or image.flavor != tag.main.flavor:
        return False
    if tag.names_suite and image.variant != tag.main.variant:
        return False
    if tag.alias == LATEST:
        return True
    alias, cycle = read_version(tag.alias), read_version(tag.main.cycle)
    if alias is None or cycle is None or image.version is None:
        return False
    above = len(alias.numbers) < len(cycle.numbers)
    return above and image.version.numbers[: len(alias.numbers)] == alias.numbers


def _replaced(tag: SnapshotTag, other: Snapshot) -> ChangeReason | None:
    """Return an update if the tag has a version or date, and the other side has another one."""
    image = tag.main
    alias = read_version(tag.alias)
    version = other.version_of(image.cell)
    if (
        alias is not None
        and image.version is not None
        and version is not None
        and version.text != image.version.text
        and tag.alias != image.cycle
        and (tag.is_exact or _below_cycle(tag))
        and not _has_alias(other, image, tag.alias)
    ):
        return ChangeReason(Effect.UPDATE, image.version.text, version.text)
    masked = without_dates(tag.name)
    if masked != tag.name and any(
        without_dates(one.name) == masked for one in other.tags_of(image.cell)
    ):
        now = other.cells[image.cell].version
        return ChangeReason(
            Effect.UPDATE, image.version.text if image.version else "", now.text if now else ""
        )
    return None


def _below_cycle(tag: SnapshotTag) -> bool:
    alias, cycle = read_version(tag.alias), read_version(tag.main.cycle)
    return bool(alias and cycle and len(alias.numbers) > len(cycle.numbers))


def _has_alias(snapshot: Snapshot, image: SnapshotImage, alias: str) -> bool:
    """Return whether an image has an alias; if it does not exist, whether any image has it."""
    if image.cell in snapshot.cells:
        return any(tag.alias == alias for tag in snapshot.tags_of(image.cell))
    return alias in snapshot.aliases


def _vanished(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a removed tag whose cycle and variant are still listed."""
    image = tag.main
    owners = {one.main.cycle for one in new.tags.values() if one.alias == tag.alias}
    if owners and image.cycle not in owners:
        cycle = next(one.main.cycle for one in new.tags.values() if one.alias == tag.alias)
        return ChangeReason(Effect.VANISHES, _lacking(image, cycle, new), cycle, by="moved")
    if image.cycle not in new.cycles:
        return ChangeReason(Effect.VANISHES, image.cycle, by="empty")
    if all(owner.cell not in new.cells for owner in tag.images):
        return _unbuilt(tag, old, new)
    if tag.alias not in new.aliases:
        return ChangeReason(Effect.VANISHES, tag.alias, by="alias")
    return ChangeReason(Effect.VANISHES, tag.spelling, by="spelling")


def _unbuilt(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a removed tag if its images are not built, but others of its cycle."""
    image = tag.main
    if not tag.names_suite and image.variant not in new.variants:
        return ChangeReason(Effect.VANISHES, suite_name(image), tag.spelling, by="suite")
    gone = _lacking(image, image.cycle, new)
    if any(gone in {one.variant, one.flavor} for one in new.cells.values()):
        return ChangeReason(Effect.VANISHES, image.cycle, gone, by="gone")
    had = {one.cycle for one in old.cells.values() if gone in {one.variant, one.flavor}}
    return ChangeReason(
        Effect.VANISHES, image.cycle if len(had) == 1 else "", gone, by="everywhere"
    )


def _lacking(image: SnapshotImage, cycle: str, new: Snapshot) -> str:
    """Return what a cycle lacks: the image's flavor, or only its variant."""
    remains = any(one.flavor == image.flavor for one in new.cycles.get(cycle, ()))
    return image.variant if remains else image.flavor or image.variant
