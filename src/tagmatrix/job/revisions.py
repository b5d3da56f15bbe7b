"""The texts of versions.yaml in the job's commits: one for each cycle and each suite. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix.update import axes, together
from tagmatrix.update.apply import apply
from tagmatrix.update.components import followed
from tagmatrix.update.proposal import edit_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.update.apply import EditGroup
    from tagmatrix.update.bases import SuiteOutcome
    from tagmatrix.update.outcome import CycleOutcome

SUITE = "suite "


@dataclass(frozen=True, slots=True)
class CycleRevision:
    """A cycle, or a suite with the prefix `suite `; and the text of versions.yaml in its commit."""

    name: str
    text: str
    others: tuple[str, ...] = ()
    """The other cycles and components of the commit."""

    @property
    def suite(self) -> str:
        """Return the name of the suite; empty for a cycle."""
        return self.name.removeprefix(SUITE) if self.name.startswith(SUITE) else ""


@dataclass(frozen=True, slots=True)
class Begun:
    """The basis of decisions: versions.yaml of the base with the branch's earlier edits.

    Attributes:
        base: versions.yaml of the commit that the branch starts from.
        text: the same with the earlier edits.
        earlier: these edits, by name.
        refused: why some of the edits are invalid now, by name.
    """

    base: str
    text: str
    earlier: dict[str, EditGroup]
    refused: dict[str, str]

    @property
    def config(self) -> Config:
        """Return the parsed text."""
        return configuration.parse(self.text)


@dataclass(frozen=True, slots=True)
class Split:
    """The revisions to commit, in order, and why some edits are refused, by name."""

    revisions: tuple[CycleRevision, ...]
    refused: dict[str, str]


def begin(base: str, earlier: Sequence[EditGroup], baseline: Baseline | None) -> Begun:
    """Apply the branch's earlier edits to the base, as far as they are still valid."""
    tied = together.ties(configuration.parse(base))
    applied = apply(base, together.joined(earlier, tied), baseline)
    kept = {step.name: step for step in earlier if step.name not in applied.refused}
    return Begun(base, applied.text, kept, applied.refused)


def split(
    begun: Begun,
    cycles: Sequence[CycleOutcome],
    suites: Sequence[SuiteOutcome],
    baseline: Baseline | None,
) -> Split:
    """Return the texts of the commits, one after the other.

    If the new edits of a cycle are refused, the branch keeps the earlier ones.

    Args:
        begun: the basis of the decisions.
        cycles: the decisions for cycles.
        suites: the decisions for suites.
        baseline: the committed manifest; None if there is none.
    """
    fresh = {step.name: step for step in edit_groups(cycles, suites) if step.edits}
    refused = dict(begun.refused)
    config = configuration.parse(begun.base)
    # the order of the file: suites, components, axes, cycles
    names = [f"{SUITE}{name}" for name in config.suites]
    names += [*followed(config)]
    names += [f"{axes.PREFIX}{name}" for name in config.axis_sources]
    names += [release.cycle for release in config.releases]
    names += [name for name in (*begun.earlier, *fresh) if name not in names]  # new cycles
    tied = together.ties(config)
    while True:
        each = [
            _merged(groups)
            for name in names
            if (groups := [found[name] for found in (begun.earlier, fresh) if name in found])
        ]
        steps = together.joined(each, tied)
        applied = apply(begun.base, steps, baseline)
        refused |= applied.refused
        stuck = [step.names for step in steps if step.name in applied.refused]
        again = [names for names in stuck if {*names} & {*fresh} and {*names} & {*begun.earlier}]
        if not again:
            break
        for name in (name for names in again for name in names):
            fresh.pop(name, None)
    before = [begun.base, *(text for _, text in applied.made)]
    others = {step.name: step.others for step in steps}
    revisions = tuple(
        CycleRevision(name, text, others[name])
        for old, (name, text) in zip(before, applied.made, strict=False)
        if text != old
    )
    return Split(revisions, refused)


def _merged(groups: Sequence[EditGroup]) -> EditGroup:
    """Return the edits of an earlier run and the new ones as one group."""
    edits = tuple(edit for group in groups for edit in group.edits)
    return replace(groups[0], edits=edits, why=groups[-1].why or groups[0].why)
