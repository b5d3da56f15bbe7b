"""Compare two snapshots: the changes of each tag, and their reasons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tagmatrix.diff import added_removed, alternatives
from tagmatrix.diff.changes import ENDS, MOVES, Change, ChangeReason, Changes, Effect
from tagmatrix.diff.pre_releases import becomes_final
from tagmatrix.diff.sentences import difference, suite_name
from tagmatrix.diff.version_order import back, comparable, lagging, moved
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.manifest.windows_builds import build_names
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag


def compare(old: Snapshot, new: Snapshot) -> Changes:
    """Return the changes from one snapshot to another.

    The function is pure, and accepts any two snapshots.
    """
    changes: list[Change] = []
    sides = _Sides(old, new)
    for name, before in old.tags.items():
        after = new.tags.get(name)
        if after is None:
            reason = added_removed.why_ended(before, old, new)
            other = alternatives.successor(before, reason, new)
            changes.append(Change(tag=name, reason=reason, old=before, alternative=other))
        elif before is not after:
            changes += _moved(before, after, sides)
    for name, after in new.tags.items():
        if name not in old.tags:
            changes.append(
                Change(tag=name, reason=added_removed.why_added(after, old, new), new=after)
            )
    if not changes and old.order != new.order:
        changes.append(Change(tag="", reason=ChangeReason(Effect.ORDER)))
    return Changes(tuple(changes))


def _moved(old: SnapshotTag, new: SnapshotTag, sides: _Sides) -> Iterator[Change]:
    """Yield the changes of a tag that is in both snapshots."""
    for reason in _reasons(old, new, sides):
        other = ""
        if reason.kind in (MOVES | ENDS) - {Effect.BECOMES_FINAL}:
            needed = frozenset(reason.architectures if reason.kind is Effect.LOSES else ())
            found = filter(None, alternatives.unchanged(old, sides.new, needed))
            fits = partial(_fits, old, new, kind=reason.kind, needed=needed, sides=sides)
            other = next(filter(fits, found), "")
        yield Change(tag=old.name, reason=reason, old=old, new=new, alternative=other)


def _fits(
    old: SnapshotTag,
    new: SnapshotTag,
    other: str,
    *,
    kind: Effect,
    needed: frozenset[str],
    sides: _Sides,
) -> bool:
    """Return whether another tag avoids a change, and has the needed architectures."""
    tag = sides.new.tags[other]
    return needed <= tag.architectures and _avoids(old, new, tag, kind) and _stays(other, sides)


def _avoids(old: SnapshotTag, new: SnapshotTag, other: SnapshotTag, kind: Effect) -> bool:
    """Return whether another tag avoids this change."""
    if kind is Effect.WINDOWS_ONLY:
        return _on_windows_only(old) or not _on_windows_only(other)
    if kind is Effect.INCOMPARABLE:
        return comparable(old.main, other.main)
    if kind is Effect.FIXED:
        return (_text(old), old.main.date) == (_text(other), other.main.date)
    if old.main.is_final and not other.main.is_final:
        return False
    needed = set(back(old, new)) if kind is Effect.GOES_BACK else set[str]()
    return needed <= other.architectures and not back(old, other)


def _stays(name: str, sides: _Sides) -> bool:
    """Return whether a tag is new, or does not move except by updates and architectures.

    The name of a cycle stays in it, even if an older manifest shows another name of the cycle.
    """
    before, after = sides.old.tags.get(name), sides.new.tags[name]
    if before is None or before is after:
        return True
    kinds = {reason.kind for reason in _reasons(before, after, sides)}
    return not kinds & (MOVES - {Effect.LOSES, *([Effect.CYCLE] * _is_same_line(before, after))})


def _is_same_line(before: SnapshotTag, after: SnapshotTag) -> bool:
    """Return whether a tag is the name of its cycle, and names both of its versions."""
    name = parse(after.alias, "loose")
    versions = before.main.version, after.main.version
    if name is None or after.alias != after.main.cycle:
        return False
    return all(version is not None and name.names(version) for version in versions)


def _reasons(old: SnapshotTag, new: SnapshotTag, sides: _Sides) -> Iterator[ChangeReason]:
    """Yield the reasons for the changes of a tag, the worst first."""
    was, now = old.main, new.main
    lost = old.architectures - new.architectures
    gained = new.architectures - old.architectures
    left_alone = _on_windows_only(new) and not _on_windows_only(old)
    if left_alone:
        yield _windows_only(old, sides.new)
        lost = frozenset(filter(is_windows, lost))
    goes_back = bool(back(old, new))
    yield from _versions(old, new)
    if lost:
        yield _architectures(Effect.LOSES, old, new, lost, sides)
    same_line = was.cycle == now.cycle or _is_apart(was, now)
    final = becomes_final(was, now, sides.old)
    if final:
        yield final
    elif not same_line and not goes_back:
        yield ChangeReason(Effect.CYCLE, was.cycle, now.cycle)
    if not left_alone:
        yield from _variants(old, new)
    if gained:
        yield _architectures(Effect.GAINS, old, new, gained, sides)
    if same_line and not final and not goes_back and _text(old) != _text(new):
        kind = Effect.UPDATE if comparable(was, now) else Effect.INCOMPARABLE
        yield ChangeReason(kind, _text(old), _text(new))
    elif not lost and not gained and not final and not goes_back and _is_rebuilt(old, new):
        yield ChangeReason(Effect.REBUILT)


def _is_apart(was: SnapshotImage, now: SnapshotImage) -> bool:
    """Return whether an image has no cycle, such as one with a date, and can't be compared."""
    return not (was.cycle and now.cycle) and not comparable(was, now)


def _versions(old: SnapshotTag, new: SnapshotTag) -> Iterator[ChangeReason]:
    """Yield a move to a version that users do not expect."""
    if goes_back := back(old, new):
        yield next(iter(goes_back.values()))
    elif fixed := moved(old, new):
        yield fixed
    elif old.main.version and old.main.is_final and not new.main.is_final:
        channel = new.main.version.channel if new.main.version else ""
        kind = Effect.CHANNEL if channel else Effect.PRERELEASE
        yield ChangeReason(kind, _text(old), _text(new), by=channel)


def _variants(old: SnapshotTag, new: SnapshotTag) -> Iterator[ChangeReason]:
    """Yield a move to another variant, other Windows builds, or images of another version."""
    was, now = old.main, new.main
    if _variant_moved(old, new):
        kind = Effect.SUITE if was.flavor == now.flavor else Effect.FLAVOR
        yield ChangeReason(kind, *difference(was.variant, now.variant))
    elif others := _other_builds(old, new):
        yield others
    if lagging(old) is None and (behind := lagging(new)):
        yield behind


def _other_builds(old: SnapshotTag, new: SnapshotTag) -> ChangeReason | None:
    """Return the reason if a tag has other Windows builds than before, or None."""
    had, has = _windows_builds(old), _windows_builds(new)
    if not had or not has or had.keys() == has.keys():
        return None
    gone = sorted(name for key, name in had.items() if key not in has)
    joined = sorted(name for key, name in has.items() if key not in had)
    return ChangeReason(Effect.BUILDS, ", ".join(gone), ", ".join(joined))


def _is_rebuilt(old: SnapshotTag, new: SnapshotTag) -> bool:
    """Return whether the same images are built from other sources, and for the same systems."""
    before, after = ({image.cell: image.source for image in tag.images} for tag in (old, new))
    return before.keys() == after.keys() and before != after and not _other_builds(old, new)


def _on_windows_only(tag: SnapshotTag) -> bool:
    return all(map(is_windows, tag.architectures))


def _text(tag: SnapshotTag) -> str:
    return tag.main.version_text


def _variant_moved(old: SnapshotTag, new: SnapshotTag) -> bool:
    """Return whether the tag's main image has another variant, and the tag lost the old one."""
    variant = old.main.variant
    return variant != new.main.variant and all(image.variant != variant for image in new.images)


def _windows_builds(tag: SnapshotTag) -> dict[tuple[str, str], str]:
    """Return the Windows builds of a tag, each with its name."""
    found: dict[tuple[str, str], str] = {}
    for image in tag.images:
        if image.is_windows:
            found |= build_names(image.variant, image.builds)
    return found


def _windows_only(old: SnapshotTag, new: Snapshot) -> ChangeReason:
    """Return the reason for a tag without images for other systems."""
    left = [image for image in old.images if not image.is_windows]
    for image in left:
        version = new.cells[image.cell].version_text if image.cell in new.cells else ""
        if version and image.version and version != image.version_text:
            return ChangeReason(Effect.WINDOWS_ONLY, image.version_text, version, by="update")
    return ChangeReason(Effect.WINDOWS_ONLY, left[0].cycle, by="gone")


def _architectures(
    kind: Effect, old: SnapshotTag, new: SnapshotTag, names: frozenset[str], sides: _Sides
) -> ChangeReason:
    """Return the reason for lost or gained architectures: what else moved."""
    was, now = old.main, new.main
    listed = tuple(sorted(names))
    if was.cycle != now.cycle:
        return ChangeReason(kind, was.cycle, now.cycle, listed, by="cycle")
    owners = [image for image in old.images if names & set(image.architectures)]
    gone = was not in owners and all(image.cell not in sides.new.cells for image in owners)
    if kind is Effect.LOSES and gone:
        flavors = sorted({image.flavor or image.variant for image in owners})
        return ChangeReason(kind, was.cycle, ", ".join(flavors), listed, by="gone")
    if _variant_moved(old, new):
        return ChangeReason(kind, *difference(was.variant, now.variant), listed, by="suite")
    if _text(old) != _text(new) and not sides.suite_moved(suite_name(was), names):
        return ChangeReason(kind, _text(old), _text(new), listed, by="update")
    return ChangeReason(kind, suite_name(was), suite_name(now), listed)


class _Sides:
    """The two snapshots, and the architectures of each suite in them, by cycle."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self.old = old
        self.new = new
        self._suites = [_by_suite(side) for side in (old, new)]

    def suite_moved(self, suite: str, names: frozenset[str]) -> bool:
        """Return whether a suite lost or gained architectures in several cycles.

        Then the cause is the base system, not a new version.
        """
        before, after = (suites.get(suite, {}) for suites in self._suites)
        for has, has_not in ((before, after), (after, before)):
            cycles = [cycle for cycle in has if names <= has[cycle] and cycle in has_not]
            if len(cycles) > 1 and all(map(names.isdisjoint, has_not.values())):
                return True
        return False


def _by_suite(snapshot: Snapshot) -> dict[str, dict[str, set[str]]]:
    found: dict[str, dict[str, set[str]]] = {}
    for image in snapshot.cells.values():
        cycles = found.setdefault(suite_name(image), {})
        cycles.setdefault(image.cycle, set()).update(image.architectures)
    return found
