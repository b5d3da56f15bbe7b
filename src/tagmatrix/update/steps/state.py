"""versions.yaml before a step and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.diff import Action, Effect, compare
from tagmatrix.diff.summary import summary
from tagmatrix.editing import edit
from tagmatrix.errors import GuardError, InputError
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.matrix import load
from tagmatrix.problems import ConfigError
from tagmatrix.update.apply import EditGroup, apply

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.editing import Edit
    from tagmatrix.guard import Verdict
    from tagmatrix.guard.baseline import Baseline
    from tagmatrix.matrix.expand import Matrix


@dataclass(frozen=True, slots=True)
class VersionsFile:
    """The text of versions.yaml and what it means; the laws hold for it."""

    text: str
    config: Config
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class StepPlan:
    """What a step changes, and what a person has to know of it.

    Attributes:
        edits: of versions.yaml.
        notes: what is left for a person to look at.
        alternatives: what else can be done, if the guard refuses this.
    """

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    alternatives: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step that can be made.

    Attributes:
        before: versions.yaml as it is.
        after: versions.yaml as it will be.
        changes: what changes, in the words of a commit message.
        ends: tags that nobody owns any more, but for those of a version that was bumped.
        notes: what is left for a person to look at.
    """

    before: VersionsFile
    after: VersionsFile
    changes: tuple[str, ...]
    ends: tuple[str, ...]
    notes: tuple[str, ...]


def read(data: bytes) -> VersionsFile:
    """Return the state that the bytes of versions.yaml describe. Raises ConfigError."""
    config, expanded = load.parse(data)
    return VersionsFile(data.decode(), config, expanded)


def take(before: VersionsFile, plan: StepPlan) -> StepResult:
    """Make a plan's edits.

    Raises:
        EditError: the file is laid out too oddly.
        InputError: the file would break a law afterwards.
    """
    text = edit(before.text, plan.edits, before.config.file)
    try:
        after = read(text.encode()) if text != before.text else before
    except ConfigError as error:
        file = before.config.file
        raise InputError(
            f"{file} would be wrong after this, so it stays as it is:\n{error}"
        ) from None
    old, new = (snapshot_of_matrix(state.matrix) for state in (before, after))
    ends = tuple(
        change.tag
        for change in compare(old, new).changes
        if change.action is Action.ENDED and change.reason.kind is not Effect.UPDATE
    )
    return StepResult(before, after, tuple(summary(old, new)), ends, plan.notes)


def judge(before: VersionsFile, plan: StepPlan, baseline: Baseline | None) -> Verdict | None:
    """Return the guard's verdict on the result; None without a committed manifest.

    Raises:
        GuardError: the plan would hurt someone, or the committed manifest can't be read.
    """
    applied = apply(before.text, [EditGroup(name="step", edits=plan.edits)], baseline)
    if why := applied.refused.get("step"):
        raise GuardError("\n".join(filter(None, (why, plan.alternatives))))
    return applied.verdict
