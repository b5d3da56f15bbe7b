"""What moves between two manifests, as data: a change for each tag and reason."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.diff.snapshot import SnapshotTag


class Severity(enum.IntEnum):
    """How much a change matters to who pulls the tag."""

    EXPECTED = 0
    NOTABLE = 1
    BREAKING = 2

    @property
    def word(self) -> str:
        """Return the name in small letters, as it is printed."""
        return self.name.lower()


class Effect(enum.StrEnum):
    """What happens to a tag, the worst first."""

    WINDOWS_ONLY = "windows_only"
    VANISHES = "vanishes"
    GOES_BACK = "goes_back"
    PRERELEASE = "prerelease"
    LOSES = "loses"
    CYCLE = "cycle"
    SUITE = "suite"
    FLAVOR = "flavor"
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
    {Effect.WINDOWS_ONLY, Effect.VANISHES, Effect.GOES_BACK, Effect.PRERELEASE, Effect.LOSES}
)
EXPECTED: Final = frozenset({Effect.UPDATE, Effect.REBUILT, Effect.ORDER})
_RANK: Final = {kind: rank for rank, kind in enumerate(Effect)}


class Action(enum.StrEnum):
    """Whether a tag is in both manifests, or in which."""

    MOVED = "moved"
    ADDED = "added"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ChangeReason:
    """Why: what all changes of a group have in common.

    `kind` says which of the others mean something. `old` and `new` are what it
    moves from and to: a cycle, a version, the name of a suite. `by` says what
    else moves and takes the tags along (`cycle`, `suite`, `update` or nothing).
    """

    kind: Effect
    old: str = ""
    new: str = ""
    architectures: tuple[str, ...] = ()
    by: str = ""

    @property
    def severity(self) -> Severity:
        """Return how much it matters."""
        if self.kind in BREAKING:
            return Severity.BREAKING
        return Severity.EXPECTED if self.kind in EXPECTED else Severity.NOTABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one tag for one reason.

    Attributes:
        tag: its name; empty for what is about the manifest as a whole.
        reason: why; changes with an equal one are reported together.
        old: the tag as it was; None if it is new.
        new: the tag as it will be; None if it ends.
        alternative: the tag to write in its place to stay where one was, or to
            go on; empty if there is none.
        cause: what more is known of the cause; empty if nothing is.
        accepted: why the change is accepted; empty if nobody has said so.
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
        """Tell whether it moves, begins or ends."""
        if self.old is None and self.tag:
            return Action.ADDED
        return Action.ENDED if self.new is None and self.tag else Action.MOVED

    @property
    def severity(self) -> Severity:
        """Return how much it matters; an acceptance does not change that."""
        return self.reason.severity


@dataclass(frozen=True, slots=True)
class Group:
    """The changes that have one reason, and one acceptance if there is any.

    Those of the tags that most people use come first.
    """

    reason: ChangeReason
    changes: tuple[Change, ...]
    accepted: str = ""

    @property
    def severity(self) -> Severity:
        """Return how much it matters."""
        return self.reason.severity

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags."""
        return tuple(change.tag for change in self.changes if change.tag)


@dataclass(frozen=True, slots=True)
class Changes:
    """All that moves between two manifests.

    Attributes:
        changes: one for each tag and reason, in the order of the manifests.
        groups: the same by reason: the worst first, then in the order of `Effect`,
            then those of the tags that most people use.
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
        """Tell whether anything moves."""
        return bool(self.changes)

    @property
    def severity(self) -> Severity | None:
        """Return the severity of the worst change, accepted or not; None if there is none."""
        return max((group.severity for group in self.groups), default=None)

    @property
    def refused(self) -> tuple[Group, ...]:
        """Return what breaks and nobody has accepted."""
        return tuple(
            group
            for group in self.groups
            if group.severity is Severity.BREAKING and not group.accepted
        )

    def of(self, severity: Severity) -> tuple[Group, ...]:
        """Return the groups of a severity."""
        return tuple(group for group in self.groups if group.severity is severity)

    def map(self, function: Callable[[Change], Change]) -> Changes:
        """Return the same with each change replaced by what the function returns."""
        return Changes(tuple(function(change) for change in self.changes))


def _prominence(change: Change) -> tuple[bool, bool, int, int]:
    """Order tags by how many use them: `latest`, then short ones, exact versions last."""
    tag = change.new or change.old
    exact = tag is not None and tag.is_exact
    return exact, change.tag != "latest", change.tag.count("-"), len(change.tag)
