"""Sentences about changes: what happens to tags, why, and which tags to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.diff.changes import Action, Effect
from tagmatrix.manifest.architectures import is_windows
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tagmatrix.diff.changes import Change, ChangeReason, Group
    from tagmatrix.diff.snapshot import SnapshotImage

SHOWN: Final = 6
"""How many tags of a group are named before "and N more"."""


def what(group: Group, names: str) -> str:
    """Return what happens to the tags of a group; `names` is how they are named together."""
    reason = group.reason
    old, new = reason.old, reason.new
    many = len(shown_tags(group)) > 1
    are, move, end, go, vanish = (
        ("are", "move", "end", "go", "vanish")
        if many
        else ("is", "moves", "ends", "goes", "vanishes")
    )
    architectures = join_names(reason.architectures)
    sentences = {
        Effect.WINDOWS_ONLY: f"{names} {are} on Windows only",
        Effect.VANISHES: f"{names} {vanish}",
        Effect.GOES_BACK: f"{names} {go} back from {old} to {new}",
        Effect.PRERELEASE: f"{names} {move} from {old} to {new}, a pre-release",
        Effect.LOSES: f"{names} {are} no longer for {architectures}",
        Effect.CYCLE: f"{names} {move} from {old or 'no release'} to {new or 'no release'}",
        Effect.SUITE: f"{names} {move} from {old or 'no named suite'} to {new or 'no named suite'}",
        Effect.FLAVOR: f"{names} {are} now {new or 'the plain image'}, no longer "
        f"{old or 'the plain image'}",
        Effect.BUILDS: f"{names} {are} no longer for {old}",
        Effect.TWO_VERSIONS: f"{names} {are} {old}, but {new} for {architectures}",
        Effect.CYCLE_ENDS: f"{old or 'the only release'} is retired: {names} {end}",
        Effect.SUITE_ENDS: f"{old or 'the plain image'} is retired: {names} {end}",
        Effect.BECOMES_FINAL: f"{new} is final, and {names} {end}",
        Effect.GAINS: f"{names} {are} now for {architectures} as well",
        Effect.NEW_CYCLE: f"{new or 'a release'} is new: {names}",
        Effect.NEW_SUITE: f"{new or 'the plain image'} is new{f' for {old}' if old else ''}: "
        f"{names}",
        Effect.NEW_TAG: f"{names} {are} new",
        Effect.UPDATE: _update(group, names),
        Effect.REBUILT: f"{names} {are} rebuilt: only what it is built from changed",
        Effect.ORDER: "only the order of tags or entries changed",
    }
    return sentences[reason.kind]


def why(group: Group, quote: Callable[[str], str]) -> str:
    """Return why it happens, as a clause; empty where `what` says it."""
    reason = group.reason
    clause = _why(reason, quote, _whose(group), many=len(group.changes) > 1)
    causes = list(dict.fromkeys(change.cause for change in group.changes if change.cause))
    more = len(causes) - 2
    if causes:
        reported = "; ".join(causes[:2]) + (f"; and {more} more reasons" if more > 0 else "")
        clause = f"{clause} ({reported})" if clause else reported
    return clause


def shown_tags(group: Group) -> tuple[str, ...]:
    """Return the tags that a group is named by: where a cycle becomes final, those that end."""
    if group.reason.kind is not Effect.BECOMES_FINAL:
        return group.tags
    ended = tuple(change.tag for change in group.changes if change.action is Action.ENDED)
    return ended or group.tags


def _whose(group: Group) -> str:
    """Return `whose alpine is` where all tags are of one flavor, else `which is`."""
    mains = [change.new.main for change in group.changes if change.new]
    flavors = {main.flavor for main in mains}
    flavor = flavors.pop() if len(flavors) == 1 else ""
    if any(map(is_windows, group.reason.architectures)) or any(
        not main.variant.startswith(flavor) for main in mains
    ):
        flavor = ""
    return f"whose {flavor} is" if flavor else "which is"


def _why(reason: ChangeReason, quote: Callable[[str], str], whose: str, *, many: bool) -> str:
    old, new = reason.old, reason.new
    they = "they move" if many else "it moves"
    for_it = "them" if len(reason.architectures) > 1 else "it"
    if reason.kind is Effect.LOSES:
        return {
            "cycle": f"{they} from {old} to {new}, {whose} not built for {for_it}",
            "suite": f"{they} from {old or 'no named suite'} to {new or 'no named suite'}, "
            f"which is not built for {for_it}",
            "gone": f"{old} has no {new} any more",
            "update": f"{new} is not built for {for_it}, {old} was",
        }.get(reason.by, f"{new or 'the image'} is no longer built for {for_it}")
    if reason.kind is Effect.GAINS:
        return {
            "cycle": f"{they} from {old} to {new}",
            "suite": f"{they} from {old or 'no named suite'} to {new or 'no named suite'}",
            "update": f"{new} is built for {for_it}, {old} was not",
        }.get(reason.by, f"{new or 'the image'} is now built for {for_it}")
    if reason.kind is Effect.WINDOWS_ONLY:
        if reason.by == "update":
            return f"the images of other systems moved on from {old} to {new}, Windows has not"
        return f"{old} is not built for other systems any more"
    if reason.kind is Effect.VANISHES:
        short = quote(new) if new else "the bare version"
        return {
            "moved": f"{'their aliases belong' if many else 'its alias belongs'} to {new} now, "
            f"which has no {old or 'plain image'}",
            "suite": f"{old} is gone, and no other suite has taken over {short}",
            "cycle": f"{old} is gone, and no other cycle has taken over",
            "gone": f"{old} has no {new or 'plain image'} any more, other cycles have",
            "everywhere": f"{old} has no {new or 'plain image'} any more"
            if old
            else f"no cycle has {new or 'a plain image'} any more",
            "empty": f"{old} is still listed, but none of its images is built",
            "alias": f"the images are still there, but none is called {quote(old)} any more",
            "spelling": "the images are still there, but none is called "
            f"{quote(old) if old else 'by the bare version'} any more",
        }.get(reason.by, "")
    return ""


def alternatives(changes: Iterable[Change], quote: Callable[[str], str], most: int = 3) -> str:
    """Return what to write instead of some tags; empty where there is nothing."""
    found: dict[str, str] = {}
    for change in changes:
        if change.alternative and change.alternative not in found.values():
            found[change.tag] = change.alternative
        if len(found) == most:
            break
    return ", ".join(f"{quote(new)} instead of {quote(old)}" for old, new in found.items())


def listed(names: Sequence[str], quote: Callable[[str], str], most: int = SHOWN) -> str:
    """Return names in a row, cut where there are many.

    >>> listed(["a", "b", "c", "d"], str, 2)
    'a, b and 2 more'
    """
    if len(names) <= most + 1:
        return join_names([quote(name) for name in names])
    return f"{', '.join(quote(name) for name in names[:most])} and {len(names) - most} more"


def difference(old: str, new: str) -> tuple[str, str]:
    """Return the words in which two variants differ.

    >>> difference("slim-bookworm", "slim-trixie")
    ('bookworm', 'trixie')
    >>> difference("", "trixie")
    ('', 'trixie')
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
    """Return the word for the release of an image's base system; its variant if none is known.

    A number goes with the word before it: `alpine3.24`, and a Windows build with its edition.
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
    if old == new:
        return f"a new date: {names} ({', '.join(parts)})"
    return f"{new or 'no version'} follows {old or 'no version'}: {names} ({', '.join(parts)})"
