"""A complete update: gather, decide, apply. This module writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix.update import decide
from tagmatrix.update.apply import EditGroup, apply
from tagmatrix.update.gather import gather
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.guard import Verdict
    from tagmatrix.guard.baseline import Baseline
    from tagmatrix.update.bases import SuiteOutcome
    from tagmatrix.update.outcome import CycleOutcome, Facts
    from tagmatrix.upstream.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The proposed changes of an update.

    Attributes:
        before, after: the text of versions.yaml.
        cycles: the outcome for each cycle of the query, in order.
        suites: the outcome for each suite; empty without `bases`.
        verdict: the guard's verdict on `after`; None without a committed manifest.
        refused: why edits were not applied, by CYCLE or "suite SUITE".
    """

    before: str
    after: str
    cycles: tuple[CycleOutcome, ...]
    suites: tuple[SuiteOutcome, ...]
    verdict: Verdict | None
    refused: dict[str, str]

    @property
    def alarmed(self) -> bool:
        """Return whether something was refused."""
        return bool(self.refused) or any(outcome.alarms for outcome in self.cycles)

    @property
    def failed(self) -> bool:
        """Return whether something could not be looked up."""
        return any(each.failures for each in self.cycles) or any(
            each.failures for each in self.suites
        )

    @property
    def changed(self) -> bool:
        """Return whether there is something to write."""
        return self.before != self.after


def outcomes(
    config: Config,
    releases: Sequence[Release],
    source: Source,
    *,
    as_of: dt.date,
    every_phase: bool = False,
    on_done: Callable[[int, int], None] | None = None,
) -> list[tuple[CycleOutcome, Facts]]:
    """Look releases up and decide; see `gather` and `decide`."""
    accepted = {entry.sha256 for entry in config.accept if entry.sha256}
    asked = gather(config, releases, source, every_phase=every_phase, on_done=on_done)
    return [
        (decide.decide(release, needed, facts, as_of=as_of, accepted=accepted), facts)
        for release, (needed, facts) in zip(releases, asked, strict=True)
    ]


def propose(
    text: str,
    cycles: Sequence[tuple[CycleOutcome, Facts]],
    suites: Sequence[SuiteOutcome],
    baseline: Baseline | None,
) -> Proposal:
    """Return the proposal that the outcomes of cycles and suites add up to.

    Args:
        text: versions.yaml.
        cycles: from `outcomes`.
        suites: from `bases.decide`.
        baseline: the committed manifest; None if there is none.

    Raises:
        ConfigError, GuardError: as `apply`.
    """
    steps = [
        *(EditGroup(name=f"suite {each.suite}", edits=each.edits, tidy=True) for each in suites),
        *(
            EditGroup(name=each.cycle, edits=each.edits, why=why(each, facts))
            for each, facts in cycles
        ),
    ]
    applied = apply(text, steps, baseline)
    refused = applied.refused | {
        name: f"the result would be invalid: {why}" for name, why in applied.broken.items()
    }
    return Proposal(
        before=text,
        after=applied.text,
        cycles=tuple(
            replace(each, alarms=(*each.alarms, f"not applied: {refused[each.cycle]}"))
            if each.cycle in refused
            else each
            for each, _ in cycles
        ),
        suites=tuple(suites),
        verdict=applied.verdict,
        refused=refused,
    )


def why(outcome: CycleOutcome, facts: Facts) -> str:
    """Return why upstream itself ends something in these edits; empty if it does not."""
    ends = any(edit.path[-1:] == ("artifacts",) for edit in outcome.edits)
    if not ends or not isinstance(facts.phase, Found):
        return ""
    return f"{outcome.cycle} is in its {facts.phase.value.name} phase: no installers any more."


def load(data: bytes) -> tuple[str, Config]:
    """Return the text of versions.yaml and the parsed file.

    Raises ConfigError.
    """
    config = configuration.parse(data)
    return data.decode(), config
