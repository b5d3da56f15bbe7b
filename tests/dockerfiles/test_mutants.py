"""The rules find mistakes in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.mutants import breaches, checks, read_mutations, render
from tests.facts import DATA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.mutants import Mutation

MUTATIONS = read_mutations()
MUTANTS = read_mutations(DATA / "mutants.yaml")
FAST = {one.file: one for one in reversed(MUTANTS)}
"""The first mistake of each file."""

CASES = [
    pytest.param(
        one, id=f"{one.file} {one.name}", marks=() if one in FAST.values() else pytest.mark.slow
    )
    for one in MUTANTS
]


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name.replace(" ", "-"))
def test_noticed(mutation: Mutation, tmp_path: Path) -> None:
    """A mistake breaks the rule for it."""
    files = render(mutation, tmp_path / "mutant")
    assert files
    assert mutation.caught_by in breaches(files)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", CASES)
def test_caught(mutant: Mutation, tmp_path: Path) -> None:
    """A mistake in a template or in versions.yaml breaks a rule, or tagmatrix refuses it."""
    assert next(checks(mutant, tmp_path / "mutant"), None) is not None


def test_number() -> None:
    """There are thirty mistakes with different names, and no mistake is listed twice."""
    assert len({mutation.name for mutation in MUTATIONS}) == 30
    assert len({(one.file, one.name) for one in MUTANTS}) == len(MUTANTS)
