"""Lists that continue on other pages, as GitHub's list of releases does."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from tagmatrix.config.model import Upstream
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import with_preset
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.site import Handler, Site

PATH = "/repos/example/tool/releases"


def github(site: Site, cache: Path | None = None, *, offline: bool = False) -> Described:
    """Return the preset `github`, at the test site."""
    preset = with_preset(
        Upstream(name="github", project="example/tool", manifests="", allow_http=True)
    )
    assert preset.releases is not None
    address = preset.releases.address.replace("https://api.github.com", site.base)
    upstream = replace(
        preset, project="example/tool", releases=replace(preset.releases, address=address)
    )
    client = Client(
        allow_http=True,
        limits=IMPATIENT,
        cache=Cache(cache) if cache else None,
        offline=offline,
    )
    return Described(client, upstream, SourceOptions(as_of=dt.date(2026, 6, 24), style="loose"))


def paged(
    site: Site, count: int, change: Callable[[int, str], str] = lambda _, link: link
) -> Callable[[Handler, bytes | None], None]:
    """Return how GitHub lists `count` releases; `change` changes the next address of a page."""
    tags = [f"v1.{number // 300}.{number % 300}" for number in reversed(range(count))]

    def answer(handler: Handler, _: bytes | None) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        page, size = int(query.get("page", ["1"])[0]), int(query["per_page"][0])
        here = tags[(page - 1) * size : page * size]
        entries = [
            {"tag_name": tag, "draft": False, "published_at": "2026-06-01T12:00:00Z"}
            for tag in here
        ]
        headers: dict[str, Any] = {}
        if page * size < count:
            link = change(page, f"{site.base}{PATH}?per_page={size}&page={page + 1}")
            headers["Link"] = f'<{site.base}/x>; rel="last", <{link}>; rel="next"'
        handler.send(json.dumps(entries).encode(), **headers)

    return answer


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (100, 1), (101, 2), (350, 4)])
def test_all_pages(site: Site, tmp_path: Path, count: int, pages: int) -> None:
    """All releases are listed, also from answers that confirm the cache, and offline."""
    site.faults[PATH] = paged(site, count)
    for offline in (False, False, True):
        site.asked.clear()
        answer = github(site, tmp_path, offline=offline).published("1.0")
        assert isinstance(answer, Found), answer
        assert len(answer.value) == min(count, 300)
        assert answer.value[-1].version == "1.0.0"
        asked = {path for path, _ in site.asked}
        assert len(asked) == (0 if offline else pages)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda page, link: link if page == 1 else link.replace("/repos", "/gone"), "is not there"),
        (lambda _, link: link.replace("127.0.0.1", "localhost"), "not at the same host"),
        (lambda _, link: link.replace("http://127.0.0.1", "http://[::1"), "not at the same host"),
        (lambda _, link: link.rpartition("=")[0] + "=1", "has more than 50 pages"),
        (lambda _, link: link.replace(PATH, "/mapping"), "is not a list"),
    ],
)
def test_a_page_that_fails(site: Site, change: Callable[[int, str], str], why: str) -> None:
    """A list that lacks a page fails: the newest release may be on it."""
    site.faults[PATH] = paged(site, 350, change)
    site.faults["/mapping"] = lambda handler, _: handler.send(
        b"{}", Link=f'<{site.base}{PATH}?per_page=100&page=3>; rel="next"'
    )
    answer = github(site).published("1.0")
    assert isinstance(answer, FetchFailed), answer
    assert why in answer.reason


def test_the_token_on_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page gets the token; without the variable none does."""
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    site.faults[PATH] = paged(site, 101)
    assert isinstance(github(site).published("1.2"), NotPublished)
    assert {headers.get("Authorization") for _, headers in site.asked} == {"Bearer s3cret"}
    site.asked.clear()
    monkeypatch.delenv("GITHUB_TOKEN")
    assert isinstance(github(site).published("1.0"), Found)
    assert {headers.get("Authorization") for _, headers in site.asked} == {None}
