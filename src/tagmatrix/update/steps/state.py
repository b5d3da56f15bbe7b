"""versions.yaml before a step and after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msgspec import structs

from tagmatrix.diff import Action, Changes, Effect, compare
from tagmatrix.diff.summary import summary
from tagmatrix.editing import edit
from tagmatrix.errors import GuardError, InputError
from tagmatrix.guard import Verdict
from tagmatrix.guard.causes import explained
from tagmatrix.guard.known_folders import Folders
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.matrix import load
from tagmatrix.problems import ConfigError
from tagmatrix.update.apply import EditGroup, apply
from tagmatrix.update.fixed_refs import fixed_refs

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.editing import Edit
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.update.apply import Applied


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
        moves: what the step moves, against versions.yaml as it is; what the guard accepts has
            the reason.
        waits: what the next `generate` moves as well, but not because of this step.
    """

    before: VersionsFile
    after: VersionsFile
    changes: tuple[str, ...]
    ends: tuple[str, ...]
    notes: tuple[str, ...]
    moves: Verdict
    waits: Verdict


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
    listed = Folders(after.config).listed
    old = snapshot_of_matrix(before.matrix)
    new = snapshot_of_matrix(after.matrix, listed=listed)
    changes = explained(compare(old, new), after.config, after.matrix)
    ends = tuple(
        change.tag
        for change in changes.changes
        if change.action is Action.ENDED and change.reason.kind is not Effect.UPDATE
    )
    applied = apply(before.text, [EditGroup(name="step", edits=plan.edits)], baseline)
    if why := applied.refused.get("step"):
        raise GuardError("\n".join(filter(None, (why, plan.alternatives))))
    return StepResult(
        before=before,
        after=after,
        changes=tuple(summary(old, new)),
        ends=ends,
        notes=(*plan.notes, *fixed_refs(before.matrix, after.matrix, after.config)),
        moves=_own(changes, applied),
        waits=_waiting(changes, applied),
    )


def _own(changes: Changes, applied: Applied) -> Verdict:
    """Return what a step moves by itself, with the reasons for which the guard accepts it."""
    after, known = applied.new.verdict, applied.old.verdict
    if after is None or known is None:
        return Verdict(changes=changes)
    accepted = {
        (change.tag, change.reason.kind): change.accepted for change in after.changes.changes
    }
    return Verdict(
        changes=Changes(
            tuple(
                structs.replace(change, accepted=accepted.get((change.tag, change.reason.kind), ""))
                for change in changes.changes
            )
        ),
        lowered=tuple(each for each in after.lowered if each not in known.lowered),
        stale=tuple(each for each in after.stale if each not in known.stale),
    )


def _waiting(changes: Changes, applied: Applied) -> Verdict:
    """Return what moves without the step, for tags that the step does not move."""
    if applied.old.verdict is None:
        return Verdict()
    moved = {change.tag for change in changes.changes}
    others = [each for each in applied.old.verdict.changes.changes if each.tag not in moved]
    return replace(applied.old.verdict, changes=Changes(tuple(others)))
