"""The reasons for removed and added tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.alias_families import followed, follower
from tagmatrix.diff.changes import ChangeReason, Effect
from tagmatrix.diff.pre_releases import becomes_final, finished
from tagmatrix.diff.renamed import is_renamed
from tagmatrix.diff.sentences import suite_name
from tagmatrix.manifest.entry_tags import LATEST
from tagmatrix.manifest.tag_dates import split_alias
from tagmatrix.versions import cycle_numbers, parse, version_in

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag


def why_ended(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag's absence from the new snapshot."""
    image = tag.main
    if image.cycle not in new.listed_cycles:
        return _cycle_ended(tag, old, new)
    if replaced := follower(tag, new, old):
        return replaced
    final = finished(tag, old, new)
    if not _could_move(tag, new) and (replaced := _replaced(tag, new)):
        return final if final and final.kind is Effect.BECOMES_FINAL else replaced
    if final:
        return final
    if any(is_renamed(owner, old, new) for owner in tag.images):
        return ChangeReason(Effect.VANISHES, tag.spelling, by="spelling")
    return _vanished(tag, old, new) if _is_listed(tag, new) else _variant_ended(tag, new)


def _could_move(tag: SnapshotTag, new: Snapshot) -> bool:
    """Return whether a moving tag still names the new version: `v3.7` names 3.7.2.

    Or another image may own it: `8` of `edge`, which went on to 9.0.0, where 8.2.5 is listed.
    """
    version, alias = new.version_of(tag.main.cell), version_in(tag.alias, "loose")
    if version is None or alias is None or tag.is_exact:
        return False
    if alias.names(version):
        return True
    named = not cycle_numbers(tag.main.cycle)
    return named and any(could_own(tag, image) for image in new.cells.values())


def _is_listed(tag: SnapshotTag, new: Snapshot) -> bool:
    """Return whether the variant of a tag is listed, or its flavor if it names no suite.

    A variant's full name that other cycles still have, now as a short name, is listed too.
    """
    if tag.spelling and tag.spelling == tag.main.variant and tag.spelling in new.spellings:
        version = new.version_of(tag.main.cell)
        if not tag.is_exact or (version and version.tag == tag.main.version_text):
            return True
    if tag.names_suite:
        return any(owner.variant in new.variants for owner in tag.images)
    return any(owner.flavor in new.flavors for owner in tag.images)


def _variant_ended(tag: SnapshotTag, new: Snapshot) -> ChangeReason:
    """Return the reason for a removed tag whose variant is no longer listed."""
    image = tag.main
    suite = suite_name(image) if image.suite not in new.suites else image.variant
    if _could_stay(tag, new):
        return ChangeReason(Effect.VANISHES, suite, tag.spelling, by="suite")
    return ChangeReason(Effect.SUITE_ENDS, suite)


def _could_stay(tag: SnapshotTag, new: Snapshot) -> bool:
    """Return whether another image of the cycle could own a tag whose variant ended.

    `9` doesn't name the variant of its image, so it should move to another one.
    """
    if tag.spelling == tag.main.variant:
        return False
    words = set(tag.spelling.split("-")) - {""}
    return any(
        words <= set(image.variant.split("-")) and image.is_windows == tag.main.is_windows
        for image in new.cycles.get(tag.main.cycle, ())
    )


def why_added(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag's absence from the old snapshot."""
    image = tag.main
    if image.cycle not in old.cycles:
        return _cycle_added(image, old, new)
    before = old.version_of(image.cell)
    other = bool(before and image.version and before.compare(image.version) is None)
    if (tag.is_exact or not other) and (replacing := _replaced(tag, old)):
        early = old.cells.get(image.cell) or old.cycles[image.cycle][0]
        update = ChangeReason(Effect.UPDATE, replacing.new, replacing.old)
        return becomes_final(early, image, old) or update
    if replacing := followed(tag, old, new):
        return replacing
    if all(owner.cell not in old.cells for owner in tag.images):
        if image.variant in old.variants:
            return ChangeReason(Effect.NEW_SUITE, image.cycle, image.variant)
        suite = suite_name(image) if image.suite not in old.suites else image.variant
        return ChangeReason(Effect.NEW_SUITE, new=suite)
    by = "alias" if tag.alias not in old.aliases else "spelling"
    return ChangeReason(Effect.NEW_TAG, new=getattr(tag, by), by=by)


def _cycle_added(image: SnapshotImage, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag of a new cycle, or of pre-releases that became final."""
    for cycle, images in old.cycles.items():
        if cycle not in new.cycles and (final := becomes_final(images[0], image, old)):
            return final
    return ChangeReason(Effect.NEW_CYCLE, new=image.cycle)


def _cycle_ended(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag whose cycle is no longer listed.

    The tag ends with its cycle. Tags such as `3` and `latest` vanish instead if another cycle
    could own them. A cycle whose own name moved to another image is not retired.
    """
    image = tag.main
    if final := finished(tag, old, new):
        return final
    if image.is_final and any(could_own(tag, other) for other in new.cells.values()):
        return ChangeReason(Effect.VANISHES, image.cycle, by="cycle")
    heir = next((one.main for one in new.tags.values() if one.alias == image.cycle), None)
    if image.cycle and heir:
        name = heir.cycle or heir.version_text
        return ChangeReason(Effect.CYCLE_ENDS, image.cycle, name, by="moved")
    return ChangeReason(Effect.CYCLE_ENDS, image.cycle)


def could_own(tag: SnapshotTag, image: SnapshotImage) -> bool:
    """Return whether a tag without a cycle in its name could move to an image of another cycle."""
    if not image.is_final or image.flavor != tag.main.flavor:
        return False
    if tag.names_suite and image.variant != tag.main.variant:
        return False
    if tag.alias == LATEST:
        return True
    alias, own = parse(tag.alias, "loose"), tag.main.version
    if alias is None or image.version is None:
        return False
    line = cycle_numbers(tag.main.cycle) or (own.numbers if own else ())
    above = len(alias.numbers) < len(line)
    return above and image.version.numbers[: len(alias.numbers)] == alias.numbers


def _replaced(tag: SnapshotTag, other: Snapshot) -> ChangeReason | None:
    """Return an update if the tag has a version or date, and the other side has another one.

    Two builds may be equal in order, but are not one version: 1.0+build.5, 1.0+build.6.
    """
    image = tag.main
    version = other.version_of(image.cell)
    if (
        image.version is not None
        and version is not None
        and not version.is_same(image.version)
        and tag.alias != image.cycle
        and (tag.is_exact or _below_cycle(tag))
        and not _has_alias(other, image, tag.alias)
    ):
        return ChangeReason(Effect.UPDATE, image.version_text, version.tag)
    before, date = split_alias(tag.alias)
    if date and any(
        one.spelling == tag.spelling and split_alias(one.alias) == (before, now)
        for one in other.tags_of(image.cell)
        if (now := split_alias(one.alias)[1])
    ):
        now = other.cells[image.cell].version_text
        return ChangeReason(Effect.UPDATE, image.version_text, now)
    return None


def _below_cycle(tag: SnapshotTag) -> bool:
    """Return whether a tag names a part of its version, and more than the cycle does.

    Every part of a version is more than the name of a cycle without numbers, such as `edge`.
    """
    alias, own = version_in(tag.alias, "loose"), tag.main.version
    numbers = cycle_numbers(tag.main.cycle)
    if alias is None or own is None or len(alias.numbers) <= len(numbers):
        return False
    return alias.names(own) or (bool(numbers) and alias.text == tag.alias)


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
    named = tag.alias and not (tag.alias == LATEST and tag.spelling)
    if named and tag.alias not in new.aliases:
        return ChangeReason(Effect.VANISHES, tag.alias, by="alias")
    return ChangeReason(Effect.VANISHES, tag.spelling, by="spelling")


def _unbuilt(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason:
    """Return the reason for a removed tag if its images are not built, but others of its cycle."""
    image = tag.main
    if not tag.names_suite and image.variant not in new.variants:
        return ChangeReason(Effect.VANISHES, suite_name(image), tag.spelling, by="suite")
    gone = _lacking(image, image.cycle, new)
    if gone in new.spellings or any(
        gone in {one.variant, one.flavor} for one in new.cells.values()
    ):
        return ChangeReason(Effect.VANISHES, image.cycle, gone, by="gone")
    had = {one.cycle for one in old.cells.values() if gone in {one.variant, one.flavor}}
    return ChangeReason(
        Effect.VANISHES, image.cycle if len(had) == 1 else "", gone, by="everywhere"
    )


def _lacking(image: SnapshotImage, cycle: str, new: Snapshot) -> str:
    """Return what a cycle lacks: the image's flavor, or only its variant."""
    remains = any(one.flavor == image.flavor for one in new.cycles.get(cycle, ()))
    return image.variant if remains else image.flavor or image.variant
