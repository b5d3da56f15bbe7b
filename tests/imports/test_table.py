"""The published manifests come out exactly, with few tags written out."""

from __future__ import annotations

import contextlib
import random

import pytest

from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.imports.importing import import_manifest
from tagmatrix.manifest import ManifestError, parse
from tests.facts import facts
from tests.imports.table import Row, measure, published, table

MOST_LISTED = 0.12
FEW = ("golang", "redis", "wordpress", "tomcat", "buildpack-deps", "influxdb", "rabbitmq")


@pytest.mark.parametrize("name", FEW)
def test_some_published_manifests(name: str) -> None:
    """All entries come out exactly, and few tags are written out."""
    row = measure(name, published()[name])
    assert row.exact == row.entries
    assert row.listed <= MOST_LISTED * row.tags


@pytest.mark.slow
def test_all_published_manifests() -> None:
    """All entries come out but those that differ by architecture."""
    total = Row()
    for name, text in published().items():
        row = measure(name, text)
        assert row.exact == row.entries - row.out_of_scope, name
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


def changed(text: str, chance: random.Random) -> str:
    """Return a manifest with some lines and tags removed, moved or misspelled."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 6)):
        number, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        name, _, value = lines[number].partition(": ")
        words = value.split(", ")
        if chance.random() < 0.5:
            words.pop(chance.randrange(len(words)))
            lines[number] = f"{name}: {', '.join(words)}"
        elif chance.random() < 0.5:
            place = chance.randrange(len(value) + 1)
            odd = chance.choice(("-x", ".", "9", "{{", "{suite}", "latest", "/", "..", " "))
            lines[number] = f"{name}: {value[:place]}{odd}{value[place:]}"
        else:
            lines[number], lines[other] = lines[other], lines[number]
    return "\n".join(lines) + "\n"


def import_changed(seed: int, number: int) -> None:
    """Import changed manifests; each is imported, or refused with a message."""
    chance = random.Random(seed)  # noqa: S311 (no secret: the same changes each time)
    for _ in range(number):
        name = chance.choice(sorted(published()))
        text = changed(published()[name], chance)
        with contextlib.suppress(ManifestError, InputError, DifferenceError):
            result = import_manifest(name, parse(text))
            assert len(result.family.placed) + len(result.missed) == len(parse(text).entries)


@pytest.mark.parametrize("seed", range(3))
def test_changed_manifests(seed: int) -> None:
    """A manifest with mistakes is imported, or refused with a message."""
    import_changed(seed, 6)


@pytest.mark.slow
def test_many_changed_manifests() -> None:
    """The same with many more manifests."""
    import_changed(100, 300)
