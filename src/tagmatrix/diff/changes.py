"""The changes between two manifests as data: one change for each tag and reason."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.diff.snapshot import SnapshotTag


class Severity(enum.IntEnum):
    """How much a change matters to users who pull the tag."""

    EXPECTED = 0
    NOTABLE = 1
    BREAKING = 2

    @property
    def word(self) -> str:
        """Return the name in lower case, for output."""
        return self.name.lower()


class Effect(enum.StrEnum):
    """The kinds of changes, the worst first."""

    WINDOWS_ONLY = "windows_only"
    VANISHES = "vanishes"
    GOES_BACK = "goes_back"
    FIXED = "fixed_tag"
    PRERELEASE = "prerelease"
    LOSES = "loses"
    CYCLE = "cycle"
    SUITE = "suite"
    FLAVOR = "flavor"
    CHANNEL = "channel"
    INCOMPARABLE = "incomparable"
    STAYS = "stays"
    BUILDS = "windows_builds"
    TWO_VERSIONS = "two_versions"
    CYCLE_ENDS = "cycle_ends"
    SUITE_ENDS = "suite_ends"
    BECOMES_FINAL = "becomes_final"
    GAINS = "gains"
    NEW_CYCLE = "new_cycle"
    NEW_SUITE = "new_suite"
    NEW_TAG = "new_tag"
    UPDATE = "update"
    REBUILT = "rebuilt"
    ORDER = "order"


BREAKING: Final = frozenset(
    {Effect.WINDOWS_ONLY, Effect.VANISHES, Effect.GOES_BACK, Effect.FIXED}
    | {Effect.PRERELEASE, Effect.LOSES}
)
EXPECTED: Final = frozenset({Effect.UPDATE, Effect.REBUILT, Effect.ORDER})
MOVES: Final = frozenset(
    {Effect.CYCLE, Effect.SUITE, Effect.FLAVOR, Effect.CHANNEL, Effect.INCOMPARABLE}
    | {Effect.GOES_BACK, Effect.FIXED, Effect.PRERELEASE, Effect.LOSES}
)
"""The changes that users may want to avoid: they need a tag that does not move."""
ENDS: Final = frozenset(
    {Effect.WINDOWS_ONLY, Effect.VANISHES}
    | {Effect.CYCLE_ENDS, Effect.SUITE_ENDS, Effect.BECOMES_FINAL}
)
"""The changes after which users need another tag for further updates."""
_RANK: Final = {kind: rank for rank, kind in enumerate(Effect)}


class Action(enum.StrEnum):
    """Whether a tag is in both manifests, only in the new one, or only in the old one."""

    MOVED = "moved"
    ADDED = "added"
    ENDED = "ended"


class ChangeReason(Struct, frozen=True):
    """The reason that all changes of a group share.

    `kind` decides which other attributes are set. `old` and `new` are the values before and
    after: cycles, versions, names of suites. `by` names the move that causes the change
    (`cycle`, `suite`, `update` or nothing), or for a removed tag what is missing.
    """

    kind: Effect
    old: str = ""
    new: str = ""
    architectures: tuple[str, ...] = ()
    by: str = ""

    @property
    def severity(self) -> Severity:
        """Return the severity of the kind."""
        if self.kind in BREAKING:
            return Severity.BREAKING
        return Severity.EXPECTED if self.kind in EXPECTED else Severity.NOTABLE


class Change(Struct, frozen=True, kw_only=True):
    """The change of one tag for one reason.

    Attributes:
        tag: the tag's name; empty for a change of the whole manifest.
        reason: the reason; changes with an equal reason are reported together.
        old: the tag before; None if it is new.
        new: the tag after; None if it ends.
        alternative: the tag to use instead, to avoid the change or to get further updates;
            empty if there is none.
        cause: details of the cause; may be empty.
        accepted: the reason of the acceptance; empty if the change is not accepted.
    """

    tag: str
    reason: ChangeReason
    old: SnapshotTag | None = None
    new: SnapshotTag | None = None
    alternative: str = ""
    cause: str = ""
    accepted: str = ""

    @property
    def action(self) -> Action:
        """Return whether the tag moves, is added or ends."""
        if self.old is None and self.tag:
            return Action.ADDED
        return Action.ENDED if self.new is None and self.tag else Action.MOVED

    @property
    def severity(self) -> Severity:
        """Return the severity, which does not depend on an acceptance."""
        return self.reason.severity


class Group(Struct, frozen=True):
    """The changes with the same reason and the same acceptance.

    The changes of the most used tags come first.
    """

    reason: ChangeReason
    changes: tuple[Change, ...]
    accepted: str = ""

    @property
    def severity(self) -> Severity:
        """Return the severity of the reason."""
        return self.reason.severity

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the names of the tags."""
        return tuple(change.tag for change in self.changes if change.tag)


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes between two manifests.

    Attributes:
        changes: one for each tag and reason, in the order of the manifests.
        groups: the changes grouped by reason: the worst first, then in the order of `Effect`,
            then by the most used tag.
    """

    changes: tuple[Change, ...]
    groups: tuple[Group, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Group the changes."""
        found: dict[tuple[ChangeReason, str], list[Change]] = {}
        for change in self.changes:
            found.setdefault((change.reason, change.accepted), []).append(change)
        groups = [
            Group(reason, tuple(sorted(members, key=_prominence)), accepted)
            for (reason, accepted), members in found.items()
        ]
        groups.sort(
            key=lambda group: (
                -group.severity,
                _RANK[group.reason.kind],
                min(map(_prominence, group.changes)),
            )
        )
        object.__setattr__(self, "groups", tuple(groups))

    def __bool__(self) -> bool:
        """Return whether there are changes."""
        return bool(self.changes)

    @property
    def severity(self) -> Severity | None:
        """Return the severity of the worst change, accepted or not; None if there is none."""
        return max((group.severity for group in self.groups), default=None)

    @property
    def refused(self) -> tuple[Group, ...]:
        """Return the breaking groups that are not accepted."""
        return tuple(
            group
            for group in self.groups
            if group.severity is Severity.BREAKING and not group.accepted
        )

    def of(self, severity: Severity) -> tuple[Group, ...]:
        """Return the groups of a severity."""
        return tuple(group for group in self.groups if group.severity is severity)

    def map(self, function: Callable[[Change], Change]) -> Changes:
        """Return the changes with each change replaced by the function's result."""
        return Changes(tuple(function(change) for change in self.changes))


def _prominence(change: Change) -> tuple[bool, bool, int, int]:
    """Return a sort key by probable use: `latest`, then short tags, exact versions last."""
    tag = change.new or change.old
    exact = tag is not None and tag.is_exact
    return exact, change.tag != "latest", change.tag.count("-"), len(change.tag)
