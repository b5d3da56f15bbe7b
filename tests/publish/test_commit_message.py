"""Commit messages and titles."""

from __future__ import annotations

import pytest

from tagmatrix.publish.commit_message import SUBJECT_LENGTH, message, title


@pytest.mark.parametrize("count", [1, 2, 3, 30])
@pytest.mark.parametrize("length", [5, 40, 70, 100])
def test_subjects_are_short(count: int, length: int) -> None:
    """The subject fits in a line; if not all moves fit, the body lists all of them."""
    moves = [f"Change {number} {'x' * length}" for number in range(count)]
    subject, *body = message(moves, "Otherwise").split("\n")
    assert len(subject) <= SUBJECT_LENGTH
    assert subject.startswith("Change 0 ")
    if body:
        assert body == ["", *(f"- {move}" for move in moves)]
    else:
        assert all(f"hange {number} {'x' * length}" in subject for number in range(count))


def test_nothing_moves() -> None:
    """If no tag moves, the subject is another one, without the file's name."""
    assert message([], "Regenerate", about="library/x") == "Regenerate"


def test_what_is_accepted_ends_the_message() -> None:
    """Accepted changes are lines at the end, after an empty line."""
    found = message(["Remove 3.9"], "", accepted=["Accepted: a: b", "Accepted: c: d"])
    assert found == "Remove 3.9\n\nAccepted: a: b\nAccepted: c: d"


@pytest.mark.parametrize(
    ("moves", "wanted"),
    [
        ([], "Otherwise"),
        (["Update 2.1 to 2.1.4"], "Update 2.1 to 2.1.4"),
        (["Update 1 to 1.1", "Update 2 to 2.1"], "Update 1 to 1.1 and 2 to 2.1"),
        (["Update 1 to 1.1", "Move 1 to 2"], "Update 1 to 1.1, move 1 to 2"),
        ([f"Update {n} to {n}.1" for n in range(4)], "Update 0 to 0.1, update 1 to 1.1, "),
    ],
)
def test_titles(moves: list[str], wanted: str) -> None:
    """A title names two or three updates together, or begins like a commit's subject."""
    assert title(moves, "Otherwise").startswith(wanted)
