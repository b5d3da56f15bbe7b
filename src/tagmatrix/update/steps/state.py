"""versions.yaml before a step and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.diff import Action, Effect, compare
from tagmatrix.diff.summary import summary
from tagmatrix.editing import edit
from tagmatrix.errors import InputError
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.matrix import load
from tagmatrix.problems import ConfigError, shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.config import Config, Release
    from tagmatrix.editing import Edit
    from tagmatrix.matrix.expand import Matrix


@dataclass(frozen=True, slots=True)
class State:
    """The text of versions.yaml and what it means; the laws hold for it."""

    text: str
    config: Config
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Plan:
    """What a step changes, and what a person has to know of it.

    Attributes:
        edits: of versions.yaml.
        notes: what is left for a person to look at.
        instead: what else can be done, if the guard refuses this.
    """

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that can be made.

    Attributes:
        before: versions.yaml as it is.
        after: versions.yaml as it will be.
        changes: what changes, in the words of a commit message.
        ends: tags that nobody owns any more, but for those of a version that was bumped.
        notes: what is left for a person to look at.
    """

    before: State
    after: State
    changes: tuple[str, ...]
    ends: tuple[str, ...]
    notes: tuple[str, ...]


def read(data: bytes) -> State:
    """Return the state that the bytes of versions.yaml describe. Raises ConfigError."""
    config, expanded = load.parse(data)
    return State(data.decode(), config, expanded)


def take(before: State, plan: Plan) -> Step:
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
    return Step(before, after, tuple(summary(old, new)), ends, plan.notes)


def find(config: Config, cycle: str) -> Release:
    """Return a release by its cycle. Raises InputError, with the nearest known one."""
    releases = {release.cycle: release for release in config.releases}
    if cycle not in releases:
        raise InputError(f'there is no release cycle "{shown(cycle)}"{nearest(cycle, releases)}')
    return releases[cycle]


def newest_first(numbers: Iterable[tuple[int, ...]], new: tuple[int, ...]) -> int:
    """Return where a new cycle stands among others, newest first; one without a number on top.

    >>> newest_first([(3, 10), (3, 9)], (3, 15)), newest_first([(3, 10), (3, 9)], (3, 9, 1))
    (0, 1)
    """
    for index, there in enumerate(numbers):
        if not new or (there and there < new):
            return index
    return len([*numbers])
