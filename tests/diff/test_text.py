"""Changes as lines of text, with their severity, cause and acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.diff import Changes, text

from .samples import changes_of

if TYPE_CHECKING:
    from tagmatrix.diff import Change

CHANGES = changes_of(["1.1.1 1.1 1", "1.0.1 1.0", "0.9.1 0.9 nine"], ["1.1.2 1.1 1", "0.9.1 0.9"])
BREAKING = ("breaking", "nine vanishes")
NOTABLE = ("notable", "1.0 is retired: 1.0 and 1.0.1 end")
UPDATE = "1.1.2 follows 1.1.1: 1, 1.1, 1.1.1 and 1.1.2 (2 move, 1 is new, 1 ends)"
REBUILT = "0.9 and 0.9.1 are rebuilt: only the sources changed"


def test_lines() -> None:
    """Each reason is a line, the worst first; `short` has no expected ones."""
    every = [BREAKING, NOTABLE, ("expected", UPDATE), ("expected", REBUILT)]
    assert text.graded(CHANGES) == every
    assert text.lines(CHANGES) == [f"{severity}: {line}" for severity, line in every]
    assert text.short(CHANGES) == text.lines(CHANGES)[:2]


def test_causes_and_acceptances() -> None:
    """A cause is behind what the sentence says of it; of many causes two are named."""

    def why(change: Change) -> Change:
        accepted = "It is." if change.tag == "nine" else ""
        return replace(change, cause=f"because of {change.tag}", accepted=accepted)

    changes = CHANGES.map(why)
    assert text.short(changes)[0] == "breaking: nine vanishes (accepted: It is.)"
    assert text.text(changes).splitlines() == [
        "breaking:",
        "  nine vanishes",
        "    the images still exist, but none has the alias nine any more (because of nine)",
        "    for further updates, use: 0.9 instead of nine",
        "    accepted: It is.",
        "notable:",
        "  1.0 is retired: 1.0 and 1.0.1 end",
        "    because of 1.0; because of 1.0.1",
        "    for further updates, use: 1.1 instead of 1.0, 1.1.2 instead of 1.0.1",
        "expected:",
        f"  {UPDATE}",
        "    because of 1; because of 1.1; and 2 more reasons",
        f"  {REBUILT}",
        "    because of 0.9; because of 0.9.1",
    ]


def test_no_change() -> None:
    """Without changes there is one line."""
    assert text.text(Changes(())) == "no tag changes"
    assert text.lines(Changes(())) == []
