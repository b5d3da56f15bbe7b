"""The new text of versions.yaml, from the decisions for all cycles and suites. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix.update import together
from tagmatrix.update.apply import EditGroup, apply
from tagmatrix.update.fixed_refs import fixed_refs
from tagmatrix.update.outcome import group_failures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config import Config
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.guard import Verdict
    from tagmatrix.update.bases import SuiteOutcome
    from tagmatrix.update.outcome import CycleOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The proposed changes of an update.

    Attributes:
        before, after: the text of versions.yaml.
        cycles: the outcome for each cycle of the query, in order.
        suites: the outcome for each suite; empty without `bases`.
        verdict: the guard's verdict on `after`; None without a committed manifest.
        refused: why edits were not applied, by CYCLE or "suite SUITE".
        warnings: what stays behind and needs a change by hand.
    """

    before: str
    after: str
    cycles: tuple[CycleOutcome, ...]
    suites: tuple[SuiteOutcome, ...]
    verdict: Verdict | None
    refused: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def alarmed(self) -> bool:
        """Return whether something was refused."""
        return bool(self.refused) or any(outcome.alarms for outcome in self.cycles)

    @property
    def failures(self) -> dict[str, list[str]]:
        """Return what could not be looked up, and the cycles and suites that it affects."""
        return failures_of(self.cycles, self.suites)

    @property
    def changed(self) -> bool:
        """Return whether there is something to write."""
        return self.before != self.after


def failures_of(
    cycles: Iterable[CycleOutcome], suites: Iterable[SuiteOutcome]
) -> dict[str, list[str]]:
    """Return the cycles and suites that each failure affects."""
    found = [(each.cycle, each.failures) for each in cycles]
    return group_failures(found + [(each.suite, each.failures) for each in suites])


def propose(
    text: str,
    cycles: Sequence[CycleOutcome],
    suites: Sequence[SuiteOutcome],
    baseline: Baseline | None,
) -> Proposal:
    """Return the proposal that the outcomes of cycles and suites add up to.

    Args:
        text: versions.yaml.
        cycles: from `gather.outcomes`.
        suites: from `bases.decide`.
        baseline: the committed manifest; None if there is none.

    Raises:
        ConfigError, GuardError: as `apply`.
    """
    tied = together.ties(configuration.parse(text))
    applied = apply(text, together.joined(edit_groups(cycles, suites), tied), baseline)
    refused = applied.refused
    return Proposal(
        before=text,
        after=applied.text,
        cycles=tuple(
            replace(each, alarms=(*each.alarms, f"not applied: {refused[each.cycle]}"))
            if each.cycle in refused
            else each
            for each in cycles
        ),
        suites=tuple(suites),
        verdict=applied.new.verdict,
        refused=refused,
        warnings=fixed_refs(applied.old.matrix, applied.new.matrix, applied.new.config),
    )


def edit_groups(cycles: Sequence[CycleOutcome], suites: Sequence[SuiteOutcome]) -> list[EditGroup]:
    """Return the edits of suites and of cycles, in the order in which they are applied."""
    return [
        *(EditGroup(name=f"suite {each.suite}", edits=each.edits, tidy=True) for each in suites),
        *(EditGroup(name=each.cycle, edits=each.edits, why=each.ends) for each in cycles),
    ]


def load(data: bytes) -> tuple[str, Config]:
    """Return the text of versions.yaml and the parsed file.

    Raises ConfigError.
    """
    config = configuration.parse(data)
    return data.decode(), config
