"""Sentences about changes: what happens to tags, why, and which tags to use instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.changes import Action, Effect
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.util.wording import counted, join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.diff.changes import Change, ChangeReason, Group
    from tagmatrix.diff.snapshot import SnapshotImage


def what(group: Group, names: str) -> str:
    """Return what happens to the tags of a group; `names` is the list of tags as text."""
    reason = group.reason
    old, new = reason.old, reason.new
    many = len(shown_tags(group)) > 1
    are, have, include, move, end, go, stay, vanish = (
        ("are", "have", "include", "move", "end", "go", "stay", "vanish")
        if many
        else ("is", "has", "includes", "moves", "ends", "goes", "stays", "vanishes")
    )
    architectures = join_names(reason.architectures)
    sentences = {
        Effect.WINDOWS_ONLY: f"{names} {are} now available on Windows only",
        Effect.VANISHES: f"{names} {vanish}",
        Effect.GOES_BACK: f"{names} {go} back from {old} to {new}",
        Effect.FIXED: f"{names} {move} from {old} to {new}, but a full version must not move",
        Effect.PRERELEASE: f"{names} {move} from {old} to {new}, a pre-release",
        Effect.CHANNEL: f"{names} {move} from {old} to {new}, a version of the channel {reason.by}",
        Effect.LOSES: f"{names} {are} no longer built for {architectures}",
        Effect.CYCLE: f"{names} {move} from {old or 'no release cycle'} "
        f"to {new or 'no release cycle'}",
        Effect.SUITE: f"{names} {move} from {old or 'no named suite'} to {new or 'no named suite'}",
        Effect.FLAVOR: f"{names} {move} from {old or 'the plain image'} "
        f"to {new or 'the plain image'}",
        Effect.INCOMPARABLE: f"{names} {move} from {old} to {new}; these versions cannot be "
        "compared, so check which one is newer",
        Effect.STAYS: f"{names} {stay} at {old}, although {new} is final",
        Effect.BUILDS: f"{names} now also {include} {new}"
        if not old
        else f"{names} no longer {include} {old}{f', but {new}' if new else ''}",
        Effect.TWO_VERSIONS: f"{names} {have} version {old}, but version {new} on {architectures}",
        Effect.CYCLE_ENDS: f"{old or 'the only release cycle'} is "
        f"{f'now {new}' if new else 'retired'}: {names} {end}",
        Effect.SUITE_ENDS: f"{old or 'the plain image'} is retired: {names} {end}",
        Effect.BECOMES_FINAL: f"{new} is final, and {names} {end}"
        if any(change.action is Action.ENDED for change in group.changes)
        else f"{new} is final: {names}",
        Effect.GAINS: f"{names} {are} now also built for {architectures}",
        Effect.NEW_CYCLE: f"{new or 'a release cycle'} is new{_early(group)}: {names}",
        Effect.NEW_SUITE: f"{new or 'the plain image'} is new{f' for {old}' if old else ''}: "
        f"{names}",
        Effect.NEW_TAG: f"{names} {are} new",
        Effect.UPDATE: _update(group, names),
        Effect.REBUILT: f"{names} {are} rebuilt: only the sources changed",
        Effect.ORDER: "only the order of tags or entries changed",
    }
    return sentences[reason.kind]


def _early(group: Group) -> str:
    """Return that the images of a group are not final, and their version; empty if they are."""
    mains = [change.new.main for change in group.changes if change.new]
    if not mains or mains[0].is_final or mains[0].version is None:
        return ""
    version = mains[0].version
    return f", {'a pre-release' if version.is_final else version.kind} ({version.tag})"


def why(group: Group, quote: Callable[[str], str]) -> str:
    """Return the cause as a clause; empty if `what` includes it."""
    reason = group.reason
    clause = _why(reason, quote, _image_clause(group), many=len(group.changes) > 1)
    causes = list(dict.fromkeys(change.cause for change in group.changes if change.cause))
    more = len(causes) - 2
    if causes:
        rest = f"; and {counted(more, 'more reason')}" if more > 0 else ""
        reported = "; ".join(causes[:2]) + rest
        clause = f"{clause} ({reported})" if clause else reported
    return clause


def shown_tags(group: Group) -> tuple[str, ...]:
    """Return the tags to name; if a cycle becomes final, only the tags that end."""
    if group.reason.kind is not Effect.BECOMES_FINAL:
        return group.tags
    ended = tuple(change.tag for change in group.changes if change.action is Action.ENDED)
    return ended or group.tags


def _image_clause(group: Group) -> str:
    """Return `whose alpine image is` if all tags have one flavor, else `which is`."""
    mains = [change.new.main for change in group.changes if change.new]
    flavors = {main.flavor for main in mains}
    flavor = flavors.pop() if len(flavors) == 1 else ""
    if any(map(is_windows, group.reason.architectures)) or any(
        not main.variant.startswith(flavor) for main in mains
    ):
        flavor = ""
    return f"whose {flavor} image is" if flavor else "which is"


def _why(reason: ChangeReason, quote: Callable[[str], str], whose: str, *, many: bool) -> str:
    old, new = reason.old, reason.new
    they = "they move" if many else "it moves"
    these = "these architectures" if len(reason.architectures) > 1 else "this architecture"
    if reason.kind is Effect.LOSES:
        return {
            "cycle": f"{they} from {old} to {new}, {whose} not built for {these}",
            "suite": f"{they} from {old or 'no named suite'} to {new or 'no named suite'}, "
            f"which is not built for {these}",
            "gone": f"{old} no longer has {new}",
            "update": f"{new} is not built for {these}, but {old} was",
        }.get(reason.by, f"{new or 'the image'} is no longer built for {these}")
    if reason.kind is Effect.GAINS:
        return {
            "cycle": f"{they} from {old} to {new}",
            "suite": f"{they} from {old or 'no named suite'} to {new or 'no named suite'}",
            "update": f"{new} is built for {these}, but {old} was not",
        }.get(reason.by, f"{new or 'the image'} is now built for {these}")
    if reason.kind is Effect.WINDOWS_ONLY:
        if reason.by == "update":
            return (
                f"the images for other systems moved from {old} to {new}, but the Windows images "
                "did not"
            )
        return f"{old} is no longer built for other systems"
    if reason.kind is Effect.VANISHES:
        suffix = f"the suffix {quote(new)}" if new else "tags without a suffix"
        return {
            "moved": f"{'their aliases now belong' if many else 'its alias now belongs'} to {new}, "
            f"which has no {old or 'plain image'}",
            "suite": f"{old} is no longer built, and no other suite has {suffix}",
            "cycle": f"{old} is no longer listed, and no other cycle has "
            f"{'these tags' if many else 'this tag'}",
            "gone": f"{old} no longer has {new or 'a plain image'}, but other cycles do",
            "everywhere": f"{old} no longer has {new or 'a plain image'}"
            if old
            else f"no cycle has {new or 'a plain image'} any more",
            "empty": f"{old} is still listed, but none of its images is built",
            "alias": f"the images still exist, but none has the alias {quote(old)} any more",
            "spelling": "the images still exist, but none has "
            f"{f'the suffix {quote(old)}' if old else 'a tag without a suffix'} any more",
        }.get(reason.by, "")
    return ""


def alternatives(changes: Iterable[Change], quote: Callable[[str], str], most: int = 3) -> str:
    """Return which tags to use instead of some tags; empty if there are none."""
    found: dict[str, str] = {}
    for change in changes:
        if change.alternative and change.alternative not in found.values():
            found[change.tag] = change.alternative
        if len(found) == most:
            break
    return ", ".join(f"{quote(new)} instead of {quote(old)}" for old, new in found.items())


def difference(old: str, new: str) -> tuple[str, str]:
    """Return the words in which two variants differ.

    >>> difference("slim-bookworm", "slim-trixie")
    ('bookworm', 'trixie')
    >>> difference("", "trixie")
    ('', 'trixie')
    >>> difference("jdk-21-trixie", "jre-17-trixie")
    ('jdk-21', 'jre-17')
    """
    left, right = old.split("-"), new.split("-")
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if not left or not right:
        return old, new
    return "-".join(left), "-".join(right)


def suite_name(image: SnapshotImage) -> str:
    """Return the name of the release of an image's base system; if unknown, the variant.

    A number includes the word before it (`alpine3.24`); a Windows build includes its edition.
    """
    if not image.suite or image.is_windows:
        return image.variant
    for word in image.variant.split("-"):
        if word.endswith(image.suite):
            return word
    return image.suite


def _update(group: Group, names: str) -> str:
    old, new = group.reason.old, group.reason.new
    counts = {action: sum(change.action is action for change in group.changes) for action in Action}
    verbs = {
        Action.MOVED: ("moves", "move"),
        Action.ADDED: ("is new", "are new"),
        Action.ENDED: ("ends", "end"),
    }
    parts = [f"{count} {verbs[action][count > 1]}" for action, count in counts.items() if count]
    if len(group.changes) == 1:
        what = f"{names} {verbs[group.changes[0].action][0]}"
    else:
        what = f"{names} ({', '.join(parts)})"
    if old == new:
        return f"a new date: {what}"
    return f"{new or 'no version'} follows {old or 'no version'}: {what}"
