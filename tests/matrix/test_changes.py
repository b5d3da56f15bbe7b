"""What commit messages say."""

from __future__ import annotations

import pytest

from tagmatrix.manifest import Entry, Manifest
from tagmatrix.matrix.changes import (
    SUBJECT_LENGTH,
    State,
    describe,
    message,
    state_of_manifest,
)

OLD = State(
    {"2.1": "2.1.3", "2.0": "2.0.9"},
    {"2.1": ("trixie", "slim-trixie"), "2.0": ("trixie",)},
    {"latest": "2.1/trixie", "slim": "2.1/slim-trixie", "2": "2.1/trixie", "2.0": "2.0/trixie"},
)


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        (OLD, []),
        (
            State({**OLD.versions, "2.1": "2.1.4"}, OLD.variants, OLD.owners),
            ["Update 2.1 to 2.1.4"],
        ),
        (
            State({"2.1": "2.1.3"}, {"2.1": OLD.variants["2.1"]}, OLD.owners),
            ["Remove 2.0"],
        ),
        (
            State(
                {"2.2": "2.2.0", **OLD.versions},
                {"2.2": ("trixie",), **OLD.variants},
                {**OLD.owners, "latest": "2.2/trixie", "2": "2.2/trixie"},
            ),
            ["Add 2.2 at 2.2.0", "Move 2 to 2.2"],
        ),
        (
            State(OLD.versions, {"2.1": ("trixie", "slim-trixie", "a"), "2.0": ("trixie",)}, {}),
            ["Add a"],
        ),
        (
            State(OLD.versions, {**OLD.variants, "2.0": ("trixie", "slim-trixie")}, OLD.owners),
            ["Add slim-trixie to 2.0"],
        ),
        (
            State(OLD.versions, {"2.1": ("slim-trixie",), "2.0": ("trixie",)}, {}),
            ["Remove trixie from 2.1"],
        ),
        (
            State(OLD.versions, OLD.variants, {**OLD.owners, "latest": "2.1/slim-trixie"}),
            ["Move latest to slim-trixie"],
        ),
    ],
)
def test_describe(new: State, changes: list[str]) -> None:
    """Each kind of change has its words, and nothing else is said."""
    assert describe(OLD, new) == changes


@pytest.mark.parametrize("count", [1, 2, 3, 30])
@pytest.mark.parametrize("length", [5, 40, 70, 100])
def test_subjects_are_short(count: int, length: int) -> None:
    """A subject fits in a line; what does not is in the body, whole."""
    changes = [f"Change {number} {'x' * length}" for number in range(count)]
    subject, *body = message(changes, "Otherwise").split("\n")
    assert len(subject) <= SUBJECT_LENGTH
    assert subject.startswith("Change 0 ")
    if body:
        assert body == ["", *(f"- {change}" for change in changes)]
    else:
        assert all(f"hange {number} {'x' * length}" in subject for number in range(count))


def test_nothing_changed() -> None:
    """Without a change there is another word for it."""
    assert message([], "Regenerate") == "Regenerate"


@pytest.mark.parametrize(
    ("directory", "tag", "state"),
    [
        ("library/2.1/slim-trixie", "2.1.3-slim-trixie", ("2.1", "2.1.3", "slim-trixie")),
        ("a/library/2.1/trixie", "2.1.3-trixie", ("2.1", "2.1.3", "trixie")),
        ("library/2.1/windows/nano-1", "2.1.3-nano-1", ("2.1", "2.1.3", "nano-1")),
        ("library/2.1-rc/trixie", "2.1.0-rc.1-trixie", ("2.1-rc", "2.1.0-rc.1", "trixie")),
        ("library/2.1", "2.1.3", ("2.1", "2.1.3", "")),
    ],
)
def test_state_of_manifest(directory: str, tag: str, state: tuple[str, str, str]) -> None:
    """Cycle, version and variant are read from an entry's folder and first tag."""
    cycle, version, variant = state
    found = state_of_manifest(
        Manifest(global_=Entry(), entries=(Entry(tags=(tag,), directory=directory),))
    )
    assert found.versions == {cycle: version}
    assert found.variants == {cycle: (variant,)}
    assert found.owners == {tag: f"{cycle}/{variant}"}


def test_architectures_are_named() -> None:
    """What images gain or lose is said with the number of images."""
    before = {"3.14/trixie": frozenset({"amd64", "s390x"}), "3.14/slim": frozenset({"s390x"})}
    after = {"3.14/trixie": frozenset({"amd64", "riscv64"}), "3.14/slim": frozenset[str]()}
    old, new = State(architectures=before), State(architectures=after)
    assert describe(old, new) == ["Build an image for riscv64", "Drop s390x from 2 images"]
    assert describe(new, old) == ["Build 2 images for s390x", "Drop riscv64 from an image"]
