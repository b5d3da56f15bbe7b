"""The texts of the commits: each cycle complete, or unchanged from the branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix import config
from tagmatrix.editing import Put
from tagmatrix.git.baseline import Baseline
from tagmatrix.job.branch_edits import earlier_steps
from tagmatrix.job.revisions import begin, split
from tagmatrix.update.apply import EditGroup
from tagmatrix.update.outcome import CycleOutcome
from tests.job.test_branch_edits import TO_2_1_4, changed
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.editing import Edit
    from tagmatrix.job.revisions import Begun, Split

BRANCH = changed(*TO_2_1_4)
NEXT = (Put(("releases", "2.0", "version"), "2.0.10"),)


@pytest.fixture
def manifest(published_repository: Path) -> Baseline:
    """Return the manifest of the sample."""
    text = (published_repository / "library/sample").read_bytes()
    return Baseline(path="library/sample", manifest=text)


def begun(manifest: Baseline) -> Begun:
    """Return the sample with the earlier edit of a branch: 2.1.4."""
    base, branch = config.parse(VERSIONS), config.parse(BRANCH)
    return begin(VERSIONS, earlier_steps(base, base, branch), manifest)


def revisions(manifest: Baseline, **edits: tuple[Edit, ...]) -> Split:
    """Return the revisions for upstream edits by cycle: c21, c20."""
    cycles = [
        CycleOutcome(cycle=cycle, ours="", edits=edits.get(name, ()))
        for name, cycle in (("c21", "2.1"), ("c20", "2.0"))
    ]
    return split(begun(manifest), cycles, (), manifest)


def test_what_the_branch_has_comes_with_what_is_new(manifest: Baseline) -> None:
    """Each cycle is a revision, in the order of the file; each text contains the ones before."""
    assert begun(manifest).text == BRANCH
    found = revisions(manifest, c20=NEXT)
    assert [each.name for each in found.revisions] == ["2.1", "2.0"]
    assert [each.text for each in found.revisions] == [
        BRANCH,
        BRANCH.replace('"2.0.9"', '"2.0.10"'),
    ]
    assert not found.refused


def test_both_for_one_cycle(manifest: Baseline) -> None:
    """A new edit of a cycle is in the same revision as its earlier edit."""
    found = revisions(manifest, c21=(Put(("releases", "2.1", "version"), "2.1.5"),))
    assert [each.text for each in found.revisions] == [BRANCH.replace('"2.1.4"', '"2.1.5"')]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Put(("releases", "2.1", "variants"), ["trixie"]), "vanish"),
        (Put(("releases", "2.1", "version"), "2.1.5 "), "would be invalid"),
    ],
    ids=["guard", "format"],
)
def test_what_is_refused(manifest: Baseline, edit: Edit, why: str) -> None:
    """If a new edit is refused, the earlier one remains; other cycles go on."""
    found = revisions(manifest, c21=(edit,), c20=NEXT)
    assert [each.text for each in found.revisions] == [
        BRANCH,
        BRANCH.replace('"2.0.9"', '"2.0.10"'),
    ]
    assert set(found.refused) == {"2.1"}
    assert why in found.refused["2.1"]


def test_the_branch_has_what_is_refused_now(manifest: Baseline) -> None:
    """An earlier edit that is invalid on the base is refused and reported."""
    bad = EditGroup(name="2.1", edits=(Put(("releases", "2.1", "variants"), ["trixie"]),))
    found = begin(VERSIONS, [bad], manifest)
    assert (found.text, found.earlier) == (VERSIONS, {})
    assert "vanish" in found.refused["2.1"]
    assert split(found, (), (), manifest).refused == found.refused
