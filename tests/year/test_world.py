"""The world of the simulated year: a seed always gives the same world, and all events occur."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest

from tagmatrix.upstream.python_org.documents import read_files, read_releases
from tests.web.site import CYCLES, FILE, FINAL
from tests.year.documents import documents
from tests.year.faults import SORTS, Effect, Elsewhere, Kind, Weather, kind_of
from tests.year.releases import DAY, NEVER, moment
from tests.year.world import World

NOW = moment(dt.date(2025, 10, 10), 12)
SEEDS = range(1, 21)


def test_a_seed_is_a_world() -> None:
    """The same seed gives the same world, another seed another."""
    assert World(1).releases == World(1).releases
    assert World(1).releases != World(2).releases


def test_what_can_happen_happens() -> None:
    """In twenty years installers are late by hours or days, too late, or never come."""
    late = [
        release.files["windows"].uploaded - release.published
        for seed in SEEDS
        for release in World(seed).releases
        if "windows" in release.files
    ]
    limits = (0 * DAY, 0.6 * DAY, 3 * DAY, 10 * DAY, 500 * DAY)
    for low, high in itertools.pairwise(limits):
        assert any(low < each <= high for each in late), (low, high)
    assert {World(seed).late for seed in SEEDS} == {"wait", "leave_out"}
    for seed in SEEDS:
        releases = World(seed).releases
        assert sum(each.withdrawn < NEVER for each in releases) == 1
        assert sum(file.replaced < NEVER for each in releases for file in each.files.values()) == 1


def test_phases() -> None:
    """3.12 enters its security phase in spring, 3.14 becomes final, 3.9 ends."""
    world = World(1)
    assert world.phase("3.12", moment(dt.date(2025, 4, 1))) == "bugfix"
    assert world.phase("3.12", moment(dt.date(2025, 6, 10))) == "security"
    assert world.phase("3.14-rc", moment(dt.date(2025, 10, 1))) == "prerelease"
    assert world.phase("3.14", NOW) == "bugfix"
    assert world.phase("3.9", NOW) == "security"
    assert world.phase("3.9", moment(dt.date(2025, 11, 1))) == "end-of-life"


def test_documents_are_in_upstreams_shape() -> None:
    """The code of tagmatrix reads the documents: all listed releases, with their checksums."""
    world = World(3)
    upstream = documents(world, "https://example.org", NOW)
    body = upstream.answer(FINAL, {})
    assert body is not None
    read = read_releases(body)
    assert not read.broken
    assert {each.version for each in read.releases} == {
        each.version for each in world.releases if each.listed(NOW)
    }
    for release in read.releases:
        listed = upstream.answer(FILE, {"release": [str(release.id)]})
        for name, file in read_files(listed or b"").items():
            artifact = "windows" if name.endswith(".exe") else "source"
            if file.sha256:
                assert world.genuine(release.version, artifact, file.sha256, NOW)
    phases = json.loads(upstream.answer(CYCLES, {}) or b"")
    assert phases["3.14"]["status"] == "bugfix"


def test_what_is_withdrawn_is_not_in_the_list() -> None:
    """A withdrawn release is missing for a while, then listed again."""
    world = World(1)
    gone = next(each for each in world.releases if each.withdrawn < NEVER)
    moments = (gone.withdrawn - DAY / 100, gone.withdrawn, gone.back)
    found = [
        gone.version in {each.version for each in world.of_cycle(gone.cycle, now)}
        for now in moments
    ]
    assert found == [True, False, True]
    body = documents(world, "", gone.withdrawn).answer(FINAL, {})
    assert body is not None
    assert gone.version not in {each.version for each in read_releases(body).releases}


@pytest.mark.slow
def test_weather_is_drawn_by_run_and_address() -> None:
    """The order of requests does not matter, and each sort of fault occurs."""
    paths = [f"{FINAL}?is_published=true", f"{FILE}?release=1003", CYCLES]
    paths += ["/ftp/python/3.13.1/", "/ftp/python/3.13.1/Python-3.13.1.tar.xz.sigstore"]
    assert {kind_of(path) for path in paths} == set(Kind)
    runs = [[Weather(str(run)).fault(path) for path in paths] for run in range(2000)]
    again = [[Weather(str(run)).fault(path) for path in reversed(paths)] for run in range(2000)]
    assert [drawn[::-1] for drawn in again] == runs
    assert {name for drawn in runs for name in drawn if name} == set(SORTS)
    clear = sum(not any(drawn) for drawn in runs)
    assert 0.6 < clear / len(runs) < 0.9


@pytest.mark.parametrize("name", [name for name, sort in SORTS.items() if sort.change])
def test_changed_bodies_are_other_bodies(name: str) -> None:
    """A changed body differs from the true one, and is still JSON if it must mislead."""
    upstream = documents(World(1), "https://example.org", NOW)
    old = documents(World(1), "https://example.org", NOW - 30 * DAY)
    sort = SORTS[name]
    assert sort.change is not None
    path = FINAL if Kind.LIST in sort.kinds else FILE
    body = upstream.answer(path, {"release": ["1003"]}) or b""
    elsewhere = Elsewhere("", "", lambda path: old.answer(path, {}))
    changed = sort.change(body, path, elsewhere)
    assert changed != body
    if sort.effect is not Effect.FAILS:
        assert isinstance(json.loads(changed), list)
