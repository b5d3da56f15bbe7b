"""The texts of the commits: each cycle whole, or as the branch has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix import config
from tagmatrix.editing import Put
from tagmatrix.job.branch_edits import carried
from tagmatrix.job.revisions import begin, split
from tagmatrix.update.apply import EditGroup
from tagmatrix.update.outcome import CycleOutcome, Facts
from tagmatrix.web.answers import Found
from tests.job.test_branch_edits import TO_2_1_4, changed
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.editing import Edit
    from tagmatrix.job.revisions import Begun, Parts

BRANCH = changed(*TO_2_1_4)
NEXT = (Put(("releases", "2.0", "version"), "2.0.10"),)


@pytest.fixture
def manifest(published_repository: Path) -> bytes:
    """Return the manifest of the sample."""
    return (published_repository / "library/sample").read_bytes()


def begun(manifest: bytes) -> Begun:
    """Return the sample with what a branch has: 2.1.4."""
    base, branch = config.parse(VERSIONS), config.parse(BRANCH)
    return begin(VERSIONS, carried(base, base, branch), manifest)


def parts(manifest: bytes, **edits: tuple[Edit, ...]) -> Parts:
    """Return the parts when upstream has these edits, by cycle: c21, c20."""
    cycles = [
        (CycleOutcome(cycle=cycle, ours="", edits=edits.get(name, ())), Facts(published=Found(())))
        for name, cycle in (("c21", "2.1"), ("c20", "2.0"))
    ]
    return split(begun(manifest), cycles, (), manifest)


def test_what_the_branch_has_comes_with_what_is_new(manifest: bytes) -> None:
    """Each cycle is a part, in the order of the file, the texts one after the other."""
    assert begun(manifest).text == BRANCH
    found = parts(manifest, c20=NEXT)
    assert [part.name for part in found.parts] == ["2.1", "2.0"]
    assert [part.text for part in found.parts] == [
        BRANCH,
        BRANCH.replace('"2.0.9"', '"2.0.10"'),
    ]
    assert not found.refused


def test_both_for_one_cycle(manifest: bytes) -> None:
    """What is new for a cycle that the branch has is one part with it."""
    found = parts(manifest, c21=(Put(("releases", "2.1", "version"), "2.1.5"),))
    assert [part.text for part in found.parts] == [BRANCH.replace('"2.1.4"', '"2.1.5"')]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Put(("releases", "2.1", "variants"), ["trixie"]), "vanish"),
        (Put(("releases", "2.1", "version"), "2.1.5 "), "would not hold together"),
    ],
    ids=["guard", "format"],
)
def test_what_is_refused(manifest: bytes, edit: Edit, why: str) -> None:
    """What is new and refused leaves what the branch has of that cycle; others go on."""
    found = parts(manifest, c21=(edit,), c20=NEXT)
    assert [part.text for part in found.parts] == [BRANCH, BRANCH.replace('"2.0.9"', '"2.0.10"')]
    assert set(found.refused) == {"2.1"}
    assert why in found.refused["2.1"]


def test_the_branch_has_what_is_refused_now(manifest: bytes) -> None:
    """What can't be carried to the base any more is refused, and told."""
    bad = EditGroup(name="2.1", edits=(Put(("releases", "2.1", "variants"), ["trixie"]),))
    found = begin(VERSIONS, [bad], manifest)
    assert (found.text, found.carried) == (VERSIONS, {})
    assert "vanish" in found.refused["2.1"]
    assert split(found, (), (), manifest).refused == found.refused
