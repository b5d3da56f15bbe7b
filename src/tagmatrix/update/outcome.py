"""What upstream answered about a release cycle, and what follows from it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.editing import Edit
    from tagmatrix.upstream.candidates import UpstreamRelease
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.web.answers import Answer


class CycleVerdict(enum.StrEnum):
    """What comes out for a cycle, the worst first."""

    ALARM = "alarm"
    FAILED = "failed"
    UPDATE = "update"
    WAITS = "waits"
    CURRENT = "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What upstream answered about a release cycle.

    Attributes:
        published: the cycle's releases, newest first.
        target: the version that `checksums` are of: the newest that the cycle may
            move to, or its own.
        checksums: the SHA-256 of each artifact that is needed or that we have.
        phase: where the cycle stands; None if nobody had to know.
    """

    published: Answer[tuple[UpstreamRelease, ...]]
    target: UpstreamRelease | None = None
    checksums: Mapping[str, Answer[str]] = field(default_factory=dict)
    phase: Answer[Phase] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleOutcome:
    """What follows for a release cycle.

    Attributes:
        cycle: the cycle.
        ours: its version in versions.yaml.
        upstream: upstream's newest version for it; empty if that isn't known.
        edits: what to change in versions.yaml.
        news: what the edits do, in words.
        waits: what is not done yet, and why.
        alarms: what was refused, and why.
        failures: what could not be learned.
        step: the command that a person may want to run next; empty for none.
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

    @property
    def verdict(self) -> CycleVerdict:
        """Return the worst of what came out."""
        for said, verdict in (
            (self.alarms, CycleVerdict.ALARM),
            (self.failures, CycleVerdict.FAILED),
            (self.edits, CycleVerdict.UPDATE),
            (self.waits, CycleVerdict.WAITS),
        ):
            if said:
                return verdict
        return CycleVerdict.CURRENT
