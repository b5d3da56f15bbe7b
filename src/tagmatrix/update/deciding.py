"""What is decided for a release so far: edits of versions.yaml, and notes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagmatrix.update.late_artifacts import edits_without, news_of_ends
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tagmatrix.config import Release
    from tagmatrix.editing import Edit
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.update.outcome import UpstreamFacts
    from tagmatrix.web.answers import FetchFailed


@dataclass(slots=True)
class Deciding:
    """Collects the outcome of a release; for the first attributes see `decide`."""

    release: Release
    needs: Needs
    facts: UpstreamFacts
    as_of: dt.date
    accepted: Collection[str]
    upstream: str = ""
    step: str = ""
    ends: str = ""
    edits: list[Edit] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def source_only(self) -> bool:
        """Return whether upstream publishes no more installers in the phase of the cycle."""
        return isinstance(self.facts.phase, Found) and self.facts.phase.value.source_only

    def outcome(self) -> CycleOutcome:
        """Return the outcome; with alarms or failures it has no edits."""
        refused = bool(self.alarms or self.failures)
        return CycleOutcome(
            cycle=self.release.cycle,
            ours=self.release.version,
            upstream=self.upstream,
            edits=() if refused else tuple(self.edits),
            news=() if refused else tuple(self.news),
            waits=tuple(self.waits),
            alarms=tuple(self.alarms),
            failures=tuple(self.failures),
            step=self.step,
            ends=self.ends,
            phase=self.facts.phase,
        )

    def fail(self, answer: FetchFailed, more: str = "") -> None:
        """Note a failure or an alarm."""
        into = self.alarms if answer.alarm else self.failures
        if (text := f"{answer.reason}{more}") not in into:
            into.append(text)

    def end(self, artifacts: list[str], version: str) -> None:
        """Drop artifacts that upstream no longer publishes."""
        phase = self.facts.phase.value.name if isinstance(self.facts.phase, Found) else ""
        self.ends = f"{self.release.cycle} is in its {phase} phase: no installers any more."
        self.edits += edits_without(self.release, artifacts, self.needs)
        flavors = {artifact: self.needs.artifacts[artifact].flavors for artifact in artifacts}
        self.news += news_of_ends(flavors, self.release.version, version, phase)
