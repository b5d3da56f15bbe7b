"""Random pairs of manifests: the verdicts are those that the pairs were made with."""

from __future__ import annotations

import random

import pytest

from tagmatrix.diff import diff

from .manifest_pairs import make_pair
from .samples import tags_of


def check(seed: int) -> None:
    """Compare the verdict on a random pair with the right one."""
    pair = make_pair(random.Random(seed))  # noqa: S311 (pairs, no secrets)
    changes = diff(pair.old, pair.new)
    place = f"seed {seed}: {pair.what}"
    assert changes.severity is pair.severity, place
    for kind, tags in pair.kinds.items():
        assert tags_of(changes, kind) == tags, f"{place}: {kind.value}"


@pytest.mark.slow
def test_verdicts() -> None:
    """A few hundred pairs of all styles have the right verdict."""
    for seed in range(300):
        check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_many_verdicts(part: int) -> None:
    """5,000 pairs of all styles have the right verdict."""
    for seed in range(part * 1000, (part + 1) * 1000):
        check(seed)
