"""UpstreamFacts: upstream's answers about a release cycle. CycleOutcome: the result for it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.editing import Edit
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.web.answers import Answer, FetchFailed


def group_failures(failures: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """Return the names that each failure affects; `failures` has the failures of each name.

    >>> group_failures([("3.14", ["no answer"]), ("3.13", ["no answer"])])
    {'no answer': ['3.14', '3.13']}
    """
    grouped: dict[str, list[str]] = {}
    for name, lines in failures:
        for line in dict.fromkeys(lines):
            grouped.setdefault(line, []).append(name)
    return grouped


class CycleVerdict(enum.StrEnum):
    """The verdict on a cycle, the worst first."""

    ALARM = "alarm"
    FAILED = "failed"
    UPDATE = "update"
    WAITS = "waits"
    CURRENT = "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamFacts:
    """Upstream's answers about a release cycle.

    Attributes:
        published: the cycle's releases, newest first.
        checksums: the checksum of each artifact that is needed or that versions.yaml has.
        kept: the checksums of our version, if `checksums` are of a newer one that is not complete.
        phase: the phase of the cycle; None if the decision does not need it.
    """

    published: Answer[tuple[UpstreamRelease, ...]]
    checksums: Mapping[str, Answer[str]] = field(default_factory=dict)
    kept: Mapping[str, Answer[str]] = field(default_factory=dict)
    phase: Answer[Phase] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleOutcome:
    """The outcome for a release cycle.

    Attributes:
        cycle: the cycle.
        ours: its version in versions.yaml.
        upstream: upstream's newest version for it; empty if that isn't known.
        edits: the edits of versions.yaml.
        news: descriptions of the edits.
        waits: what must wait, and why.
        alarms: what was refused, and why.
        failures: what could not be looked up, and why.
        step: the command to run next; empty for none.
        ends: why upstream itself ends something in these edits; empty if it does not.
        phase: the phase of the cycle; None if the decision did not need it.
    """

    cycle: str
    ours: str
    upstream: str = ""
    edits: tuple[Edit, ...] = ()
    news: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    step: str = ""
    ends: str = ""
    phase: Answer[Phase] | None = None

    def failed(self, failure: FetchFailed) -> CycleOutcome:
        """Return the outcome with a failure, or with an alarm if the failure is one."""
        if failure.alarm:
            return replace(self, alarms=(*self.alarms, failure.reason))
        return replace(self, failures=(*self.failures, failure.reason))

    @property
    def verdict(self) -> CycleVerdict:
        """Return the worst verdict that applies."""
        for notes, verdict in (
            (self.alarms, CycleVerdict.ALARM),
            (self.failures, CycleVerdict.FAILED),
            (self.edits, CycleVerdict.UPDATE),
            (self.waits, CycleVerdict.WAITS),
        ):
            if notes:
                return verdict
        return CycleVerdict.CURRENT
