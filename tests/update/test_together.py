"""What `with` ties moves together, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tagmatrix.editing import Put
from tagmatrix.update.apply import EditGroup, apply
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.update.together import hold, joined, ties
from tests.config.samples import edit

if TYPE_CHECKING:
    from tagmatrix.config import Config

A, B, C = "components.a", "components.b", "components.c"
EDIT = Put(("components", "a", "version"), "2")


def text(*tied: str) -> str:
    """Return versions.yaml with three components, each with the names that it is tied to."""
    lines = (
        f'  {name}: {{version: "1", upstream: {{name: npm, project: x}}, with: [{names}]}}\n'
        for name, names in zip("abc", tied, strict=True)
    )
    return edit(("settings:\n", f"components:\n{''.join(lines)}settings:\n"))


def config(*tied: str) -> Config:
    """Return the file of `text`."""
    return parse(text(*tied))


@pytest.mark.parametrize(
    ("tied", "groups"),
    [
        (("", "", ""), set()),
        (("b", "", ""), {(A, B)}),
        (("b", "c", ""), {(A, B, C)}),
        (("'3.14'", "", "a"), {(C, A, "3.14")}),
        (("b", "a", ""), {(A, B)}),
    ],
)
def test_ties(tied: tuple[str, ...], groups: set[tuple[str, ...]]) -> None:
    """Ties go both ways, and over other names."""
    found = ties(config(*tied))
    assert {frozenset(group) for group in found.values()} == {frozenset(each) for each in groups}
    assert all(name in group for name, group in found.items())


OWN = '{version: "1", upstream: {name: npm, project: x}, with: [WITH]}'


@pytest.mark.parametrize(
    ("tied", "group"),
    [
        ('"3.14"', ("components.a of 3.14", "3.14")),
        ("b", ("components.a of 3.14", "components.b of 3.14")),
        ("c", ("components.a of 3.14", "components.c")),
    ],
)
def test_ties_of_a_component_of_a_release(tied: str, group: tuple[str, ...]) -> None:
    """It is tied to its release, to another component of the release, or to one of all."""
    own = f"{{a: {OWN.replace('WITH', tied)}, b: {OWN.replace('WITH', '')}}}"
    release = f'  "3.14":\n    components: {own}\n'
    found = ties(parse(text("", "", "").replace('  "3.14":\n', release, 1)))
    assert {*found.values()} == {group}


@pytest.mark.parametrize(
    ("other", "waits"),
    [
        (CycleOutcome(cycle="3.14", ours="3.14.6", upstream="3.14.6"), False),
        (CycleOutcome(cycle="3.14", ours="3.14.6", alarms=("replaced",)), True),
        (CycleOutcome(cycle="3.14", ours="3.14.6", failures=("no answer",)), True),
        (CycleOutcome(cycle="3.14", ours="3.14.6", upstream="3.14.7", waits=("late",)), True),
        (CycleOutcome(cycle="3.14", ours="3.14.6", upstream="3.14.6", waits=("held",)), False),
        (
            CycleOutcome(
                cycle="3.14", ours="3.14.6", upstream="3.15.0", waits=("promote",), step="promote"
            ),
            False,
        ),
        (
            CycleOutcome(
                cycle="3.14", ours="3.14.6", upstream="3.14.7", waits=("x",), edits=(EDIT,)
            ),
            False,
        ),
        (CycleOutcome(cycle="3.13", ours="3.13.1", failures=("no answer",)), False),
    ],
)
def test_hold(other: CycleOutcome, waits: bool) -> None:  # noqa: FBT001 (a column of the table)
    """A component waits for a cycle that has something new and can't move."""
    own = CycleOutcome(cycle=A, ours="1", upstream="2", edits=(EDIT,), news=("1 to 2",))
    first, second = hold(config("'3.14'", "", ""), [own, other])
    assert second == other
    assert bool(first.edits) is not waits
    assert first.waits == (("1 to 2: waits for 3.14, to which `with` ties it",) if waits else ())


def test_joined_groups_are_applied_together() -> None:
    """If the edits of one are invalid, the others are refused with it."""
    bad = Put(("releases", "3.14", "version"), "not a version")
    groups = [EditGroup(name=A, edits=(EDIT,)), EditGroup(name="3.14", edits=(bad,))]
    before = text("'3.14'", "", "")
    (one,) = joined(groups, ties(parse(before)))
    assert (one.name, one.others, one.edits) == ("3.14", (A,), (EDIT, bad))
    done = apply(before, [one], None)
    assert (done.text, {*done.refused}) == (before, {A, "3.14"})
    apart = apply(before, joined(groups, {}), None)
    assert (parse(apart.text).components["a"].version, {*apart.refused}) == ("2", {"3.14"})
