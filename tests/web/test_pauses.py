"""Hosts that allow no more requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.web.answers import FetchFailed, Found
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.site import Site

NOW = 1_782_302_400.0
LIMITS = {
    "429 with seconds": (429, {"Retry_After": "3600"}),
    "429 with a date": (429, {"Retry_After": "Wed, 24 Jun 2026 13:00:00 GMT"}),
    "403 with seconds": (403, {"Retry_After": "3600"}),
    "403 with a reset": (403, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "1782306000"}),
    "429 with a reset": (429, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "3600"}),
    "200, the last one": (200, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "1782306000"}),
}
MORE = {
    "403": (403, {}),
    "403 with requests left": (403, {"X_RateLimit_Remaining": "7", "X_RateLimit_Reset": "3600"}),
    "503 with seconds": (503, {"Retry_After": "3600"}),
    "200": (200, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "soon"}),
    "200 with a past reset": (
        200,
        {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "1000000000"},
    ),
    "429 with a pause that tagmatrix makes": (429, {"Retry_After": "1"}),
}


def client(cache: Cache | None, at: float = NOW) -> Client:
    """Return a client at a moment, which does not wait."""
    return Client(
        allow_http=True, limits=IMPATIENT, cache=cache, clock=lambda: at, sleep=lambda _: None
    )


@pytest.mark.parametrize("name", LIMITS)
def test_no_request_in_a_pause(site: Site, tmp_path: Path, name: str) -> None:
    """The host gets no request until the pause is over, neither in this run nor in the next."""
    status, headers = LIMITS[name]
    site.upstream.tree |= {"/a": "a", "/b": "b"}
    site.faults["/a"] = site.status(status, **headers)
    first = client(Cache(tmp_path))
    assert isinstance(first.get(f"{site.base}/a", bytes), Found if status == 200 else FetchFailed)
    for each in (first, client(Cache(tmp_path), NOW + 3599)):
        answer = each.get(f"{site.base}/b", bytes)
        assert isinstance(answer, FetchFailed)
        assert "the host asked to wait" in answer.reason
    assert site.count("/b") == 0
    assert site.count("/a") == 1
    assert client(Cache(tmp_path), NOW + 3601).get(f"{site.base}/b", bytes) == Found(b"b")


@pytest.mark.parametrize("name", MORE)
def test_other_answers_are_not_a_pause(site: Site, tmp_path: Path, name: str) -> None:
    """Other answers are about one address, or about a moment that is over."""
    status, headers = MORE[name]
    site.upstream.tree |= {"/a": "a", "/b": "b"}
    site.faults["/a"] = site.status(status, **headers)
    for _ in range(2):
        client(Cache(tmp_path)).get(f"{site.base}/a", bytes)
        assert client(Cache(tmp_path)).get(f"{site.base}/b", bytes) == Found(b"b")
    assert site.count("/b") == 2


def test_another_host_has_its_own_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause is that of one host; it ends after a day, whatever the host asks for."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    site.upstream.tree["/b"] = "b"
    site.faults["/a"] = site.status(429, Retry_After="999999999")
    now = [NOW]
    asks = Client(allow_http=True, limits=IMPATIENT, clock=lambda: now[0])
    assert isinstance(asks.get(f"{site.base}/a", bytes), FetchFailed)
    assert isinstance(asks.get(f"{site.base}/b", bytes), FetchFailed)
    assert asks.get(f"{site.base.replace('127.0.0.1', 'localhost')}/b", bytes) == Found(b"b")
    now[0] += 86_401
    assert asks.get(f"{site.base}/b", bytes) == Found(b"b")


def test_a_damaged_note(site: Site, tmp_path: Path) -> None:
    """A note that was damaged, or is of another clock, is ignored."""
    site.upstream.tree["/b"] = "b"
    site.faults["/a"] = site.status(429, Retry_After="3600")
    client(Cache(tmp_path)).get(f"{site.base}/a", bytes)
    assert client(Cache(tmp_path), NOW - 10**8).get(f"{site.base}/b", bytes) == Found(b"b")
    for body in tmp_path.glob("*.body"):
        body.write_bytes(body.read_bytes() + b"0")
    assert client(Cache(tmp_path)).get(f"{site.base}/b", bytes) == Found(b"b")
