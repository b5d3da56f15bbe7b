"""How often a described source asks: what is settled or waits, and what the cache answers."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.format.upstream import read_preset
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import make_source, with_budget
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tagmatrix.web.request_budget import RequestBudget
from tests.upstream.kinds import KINDS
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer
    from tests.upstream.kinds import Kind
    from tests.web.site import Site

A, B = "a" * 64, "b" * 64


def source(
    site: Site,
    kind: Kind,
    cache: Path,
    *,
    settled: Collection[str] = (),
    recheck: float = 0,
    hours: Callable[[], float] | None = None,
) -> Source:
    """Return the source of a kind, with a cache; `hours` is the clock of the budget."""
    options = SourceOptions(
        as_of=dt.date(2026, 6, 24), style="loose", settled=settled, recheck=recheck
    )
    client = Client(allow_http=True, limits=IMPATIENT, cache=Cache(cache))
    if hours:
        budget = RequestBudget(Cache(cache), hours, settled=recheck, waiting=recheck / 8)
        return Described(
            dataclasses.replace(client, budget=budget), kind.upstream(site.base), options
        )
    return make_source(client, kind.upstream(site.base), options)


def age(cache: Path, seconds: float) -> None:
    """Make all that the cache has older."""
    for body in cache.glob("*.body"):
        at = body.stat().st_mtime - seconds
        os.utime(body, (at, at))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_recheck(site: Site, tmp_path: Path, kind: Kind) -> None:
    """Checksums of a settled version are requested again after `recheck` seconds, lists earlier."""
    site.upstream.tree |= kind.documents({"1.2.1": {"amd64": A}})

    def asked(*, settled: Collection[str], recheck: float) -> tuple[bool, bool]:
        site.asked.clear()
        asks = source(site, kind, tmp_path, settled=settled, recheck=recheck)
        listed = asks.published("1.2")
        assert isinstance(listed, Found)
        assert asks.checksum("1.2.1", "linux/amd64", listed.value[0]) == Found(A)
        return site.count(kind.path) > 0, site.count("/1.2.1/") > 0

    assert asked(settled={"1.2.1"}, recheck=8000) == (True, True)
    assert asked(settled={"1.2.1"}, recheck=8000) == (False, False)
    age(tmp_path, 200)
    assert asked(settled={"1.2.1"}, recheck=8000) == (True, False)
    age(tmp_path, 1000)
    assert asked(settled=(), recheck=8000) == (True, True), "what waits is asked about more often"
    assert asked(settled=(), recheck=8000) == (False, False)
    age(tmp_path, 9000)
    assert asked(settled={"1.2.1"}, recheck=8000) == (True, True)
    assert asked(settled={"1.2.1"}, recheck=0) == (True, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("runs", "count"),
    [
        *((runs, 5) for runs in (24, 48, 96, 144)),
        (96, 15),
        pytest.param(288, 15, marks=pytest.mark.slow),
    ],
)
def test_a_day_within_100_requests(site: Site, tmp_path: Path, runs: int, count: int) -> None:
    """Runs of a day stay within 100 requests, also if each of the cycles waits for a file."""
    cycles = [f"1.{number}" for number in range(1, count + 1)]
    kind = KINDS[0]
    site.upstream.tree |= kind.documents({f"{cycle}.1": {"amd64": A} for cycle in cycles})
    site.faults["/"] = site.throttle(100)
    now = [time.time()]
    for _ in range(runs):
        asks = source(site, kind, tmp_path, recheck=86_400, hours=lambda: now[0])
        for cycle in cycles:
            listed = asks.published(cycle)
            assert isinstance(listed, Found)
            late = asks.checksum(f"{cycle}.1", "linux/arm64v8", listed.value[0])
            assert isinstance(late, NotPublished)
        now[0] += 86_400 / runs
        age(tmp_path, 86_400 / runs)
    assert site.count("/") <= 100


@pytest.mark.slow
def test_a_day_of_three_families(site: Site, tmp_path: Path) -> None:
    """Families of one host, one of them with git tags, stay within its 100 requests together."""
    kinds = [kind for kind in KINDS if kind.name in {"json", "yaml", "tags"}]
    for kind in kinds:
        site.upstream.tree |= kind.documents({"1.2.1": {"amd64": A}})
    site.faults["/"] = site.throttle(100)
    now, asked = [time.time()], dict.fromkeys(kinds, 0)
    for _ in range(96):
        for kind in kinds:
            before = site.count(kind.path)
            asks = source(site, kind, tmp_path, recheck=86_400, hours=lambda: now[0])
            assert isinstance(asks.published("1.2"), Found)
            asked[kind] += site.count(kind.path) - before
        now[0] += 900
        age(tmp_path, 900)
    assert site.count("/") <= 100
    assert all(asked.values())


def test_tags_count(site: Site, tmp_path: Path) -> None:
    """The requests of git are in the budget; what is over it, comes from the cache."""
    kind = next(each for each in KINDS if each.name == "tags")
    site.upstream.tree |= kind.documents({"1.2.1": {"amd64": A}})
    now = [1_700_000_000.0]

    def tags() -> int:
        before = site.count(kind.path)
        asks = source(site, kind, tmp_path, recheck=60, hours=lambda: now[0])
        assert isinstance(asks.published("1.2"), Found)
        age(tmp_path, 2)
        return site.count(kind.path) - before

    assert tags() == 1
    budget = RequestBudget(Cache(tmp_path), lambda: now[0], settled=60, waiting=7)
    budget.note(site.base, 97)
    assert tags() == 1
    assert tags() == 0
    now[0] += 25 * 3600
    assert tags() == 1


def test_each_request_counts(tmp_path: Path) -> None:
    """Sources that request something at the same time have one budget: no request is lost."""

    def note() -> None:
        budget = RequestBudget(Cache(tmp_path), lambda: 1e9, settled=8000, waiting=1000)
        for _ in range(7):
            budget.note("https://example.org/a")

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(note) for _ in range(8)]:
            done.result()
    budget = RequestBudget(Cache(tmp_path), lambda: 1e9, settled=8000, waiting=1000)
    url = "https://example.org/b"
    budget.note(url, 3)
    assert budget.allows(url, 8000)
    budget.note(url)
    assert not budget.allows(url, 8000), "60 of 100 requests"


def test_the_budget_is_for_what_is_important(site: Site, tmp_path: Path) -> None:
    """Settled documents stop first, then those that wait, then lists; unknown ones never."""
    now = [1_700_000_000.0]
    budget = RequestBudget(Cache(tmp_path), lambda: now[0], settled=8000, waiting=1000)
    url = f"{site.base}/list"

    def allowed() -> list[bool]:
        return [budget.allows(url, fresh) for fresh in (8000, 1000, 100, 0)]

    seen = []
    for _ in range(100):
        seen.append(allowed())
        budget.note(url)
    assert seen[59:61] == [[True] * 4, [False, True, True, True]]
    assert seen[79:81] == [[False, True, True, True], [False, False, True, True]]
    assert allowed() == [False, False, False, True]
    assert budget.allows("https://example.org/", 8000)
    assert budget.allows("https://[/", 8000)
    again = RequestBudget(Cache(tmp_path), lambda: now[0], settled=8000, waiting=1000)
    assert not again.allows(url, 100), "the next run knows the requests of this one"
    now[0] += 25 * 3600
    assert allowed() == [True] * 4
    for body in tmp_path.glob("*.body"):
        body.write_bytes(b"damaged")
    assert allowed() == [True] * 4


@pytest.mark.parametrize("tag", ["v1.2.1", "v1.2.1-\udce9", "v1.2.2+a\u2028b", "v1.2.3 "])
def test_tags_from_the_cache(tmp_path: Path, tag: str) -> None:
    """With --offline the tags are those of the last run, and a failure without one."""
    for args in (
        ("init", "-q", "."),
        ("-c", "user.name=A", "-c", "user.email=a@a", "commit", "-q", "--allow-empty", "-m", "a"),
        ("tag", tag.strip()),
        ("tag", "v1.2.0"),
    ):
        subprocess.run(["git", *args], cwd=tmp_path, check=True)
    text = f"releases:\n  tags: file://{tmp_path}\n  match: '^v([0-9.]+)'\nallow_http: true\n"

    def listed(*, offline: bool) -> object:
        options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
        cache = Cache(tmp_path / "cache")
        client = Client(allow_http=True, limits=IMPATIENT, cache=cache, offline=offline)
        return Described(client, read_preset(text.encode(), "a"), options).published("1.2")

    assert isinstance(listed(offline=True), FetchFailed)
    online = listed(offline=False)
    assert isinstance(online, Found), online
    assert len(online.value) == 2
    assert listed(offline=True) == online


BESIDE = """
releases: {yaml: BASE/list}
artifacts: {linux: {sums: "BASE/{version}/{architecture}.tgz.sha256"}}
allow_http: true
"""


def beside(
    site: Site,
    cache: Path,
    *,
    settled: bool = False,
    recheck: float = 86_400,
    offline: bool = False,
) -> Answer[str]:
    """Return the checksum of a file, in a run with a cache."""
    upstream = read_preset(BESIDE.replace("BASE", site.base).encode(), "a")
    options = SourceOptions(
        as_of=dt.date(2026, 6, 24),
        style="loose",
        settled={"1.2.1"} if settled else (),
        recheck=recheck,
    )
    client = Client(allow_http=True, limits=IMPATIENT, cache=Cache(cache), offline=offline)
    asks = Described(with_budget(client, recheck), upstream, options)
    listed = asks.published("1.2")
    assert isinstance(listed, Found)
    return asks.checksum("1.2.1", "linux/amd64", listed.value[0])


def test_what_is_not_there_is_kept(site: Site, tmp_path: Path) -> None:
    """The cache answers that nothing is there as long as for a document of what waits."""
    site.upstream.tree |= {"/list": "- 1.2.1\n", "/1.2.1/amd64.tgz": "the file"}

    def requests(*, settled: bool = False, recheck: float = 86_400) -> int:
        before = site.count("/1.2.1/")
        late = beside(site, tmp_path, settled=settled, recheck=recheck)
        assert isinstance(late, NotPublished)
        where = f"{site.base}/1.2.1/amd64.tgz.sha256 is not there (404)"
        assert late.what.endswith(where)
        return site.count("/1.2.1/") - before

    assert requests() == 2, "the checksum, and whether the file is there"
    assert requests() == 0
    assert requests(recheck=0) == 2, "a user without --recheck gets today's answer"
    age(tmp_path, 10_900)
    assert requests() == 2
    assert requests(settled=True) == 0
    age(tmp_path, 10_900)
    assert requests(settled=True) == 1, "what is gone is not settled; the file was there"
    assert isinstance(beside(site, tmp_path, offline=True), FetchFailed)
    site.upstream.tree["/1.2.1/amd64.tgz.sha256"] = A
    age(tmp_path, 10_900)
    assert beside(site, tmp_path) == Found(A)
    assert beside(site, tmp_path, offline=True) == Found(A)
    del site.upstream.tree["/1.2.1/amd64.tgz.sha256"]
    age(tmp_path, 10_900)
    assert requests() == 2
    age(tmp_path, 60)
    assert requests(settled=True) == 0, "the newest answer counts"


@pytest.mark.slow
def test_a_day_of_files_that_are_not_there(site: Site, tmp_path: Path) -> None:
    """What is not there is asked about within 100 requests a day."""
    site.upstream.tree["/list"] = "- 1.2.1\n"
    for _ in range(96):
        assert isinstance(beside(site, tmp_path), FetchFailed)
        age(tmp_path, 900)
    assert (site.count("/list"), site.count("/1.2.1/")) == (48, 16)
