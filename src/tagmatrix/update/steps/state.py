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
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.guard import Verdict
    from tagmatrix.matrix.expand import Matrix


@dataclass(frozen=True, slots=True)
class VersionsFile:
    """The text of versions.yaml, and the parsed file, which keeps the laws."""

    text: str
    config: Config
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class StepPlan:
    """The edits of a step, and notes about it.

    Attributes:
        edits: the edits of versions.yaml.
        notes: what the maintainer should check.
        alternatives: what the maintainer can do if the guard refuses the step.
    """

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    alternatives: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of a step.

    Attributes:
        before: versions.yaml as it is.
        after: versions.yaml as it will be.
        changes: the changes, as lines of a commit message.
        ends: tags that end, without those of a replaced version.
        notes: what the maintainer should check.
        verdict: the guard's verdict on the result; None without a committed manifest.
    """

    before: VersionsFile
    after: VersionsFile
    changes: tuple[str, ...]
    ends: tuple[str, ...]
    notes: tuple[str, ...]
    verdict: Verdict | None


def read(data: bytes) -> VersionsFile:
    """Return the state that versions.yaml describes. Raises ConfigError."""
    config, expanded = load.parse(data)
    return VersionsFile(data.decode(), config, expanded)


def take(before: VersionsFile, plan: StepPlan, baseline: Baseline | None = None) -> StepResult:
    """Apply a plan's edits.

    Args:
        before: versions.yaml as it is.
        plan: the plan.
        baseline: the committed manifest; None if there is none.

    Raises:
        EditError: the layout of the file does not allow the edits.
        InputError: the file would break a law afterwards.
        GuardError: the guard refuses the plan, or the committed manifest can't be read.
    """
    text = edit(before.text, plan.edits, before.config.file)
    try:
        after = read(text.encode()) if text != before.text else before
    except ConfigError as error:
        file = before.config.file
        raise InputError(
            f"{file} would be invalid after this step, so it is not changed:\n{error}"
        ) from None
    old, new = (snapshot_of_matrix(state.matrix) for state in (before, after))
    ends = tuple(
        change.tag
        for change in compare(old, new).changes
        if change.action is Action.ENDED and change.reason.kind is not Effect.UPDATE
    )
    applied = apply(before.text, [EditGroup(name="step", edits=plan.edits)], baseline)
    if why := applied.refused.get("step"):
        raise GuardError("\n".join(filter(None, (why, plan.alternatives))))
    changes = tuple(summary(old, new))
    return StepResult(before, after, changes, ends, plan.notes, applied.verdict)
