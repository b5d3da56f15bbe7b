"""The rules find mistakes in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.mutants import breaches, broken_rules, read_mutations, render

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.mutants import Mutation

BUILT = "build"
MUTATIONS = read_mutations()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.name.replace(" ", "-"))
def test_noticed(mutation: Mutation, tmp_path: Path) -> None:
    """A mistake breaks the rule for it, or no rule, and then a build must find it."""
    files = render(mutation, tmp_path / "mutant")
    assert files
    if mutation.caught_by == BUILT:
        assert broken_rules(files) == set(), "this one is cheaper to notice than it says"
    else:
        assert mutation.caught_by in breaches(files)


def test_number() -> None:
    """There are thirty mistakes with different names."""
    assert len({mutation.name for mutation in MUTATIONS}) == 30
