"""The published manifests come out exactly, with few tags written out."""

from __future__ import annotations

import pytest

from tagmatrix.imports.importing import import_manifest
from tagmatrix.manifest import parse
from tests.facts import facts
from tests.imports.table import Row, measure, published, table

BRANCHES = {"elasticsearch": 2, "redis": 16}
"""Entries of other branches than that of the file."""
MOST_LISTED = 0.12
FEW = ("golang", "wordpress", "tomcat", "buildpack-deps", "influxdb", "rabbitmq")


@pytest.mark.parametrize("name", FEW)
def test_some_published_manifests(name: str) -> None:
    """All entries come out exactly, and few tags are written out."""
    row = measure(name, published()[name])
    assert row.exact == row.entries
    assert row.listed <= MOST_LISTED * row.tags


@pytest.mark.slow
def test_all_published_manifests() -> None:
    """All entries come out but those that differ by architecture or are of other branches."""
    total = Row()
    for name, text in published().items():
        row = measure(name, text)
        assert row.exact == row.entries - row.out_of_scope - BRANCHES.get(name, 0), name
        total += row
    assert total.listed <= MOST_LISTED * total.tags


@pytest.mark.slow
def test_old_revisions() -> None:
    """Nearly all entries of old revisions come out; the rest is named."""
    total = Row()
    for name, pairs in facts("histories").items():
        for pair in pairs[::4]:
            total += measure(name, pair["new"])
    assert total.exact >= 0.98 * total.entries
    assert total.listed <= MOST_LISTED * total.tags


def test_the_same_input_gives_the_same_bytes() -> None:
    """An import has no randomness: two runs write the same text."""
    manifest = parse(published()["caddy"])
    first, second = (import_manifest("caddy", manifest).text for _ in range(2))
    assert first == second


def test_the_table() -> None:
    """It has a line for each manifest, and the sums."""
    lines = table([("rust", published()["rust"]), ("fedora", published()["fedora"])]).splitlines()
    assert [line.split()[0] for line in lines] == ["entries", "rust", "fedora", "all"]
    assert lines[-1].split()[1:4] == ["13", "10", "3"]
