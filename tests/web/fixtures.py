"""A site to ask, and a client that asks it with little patience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.web.client import Client
from tagmatrix.web.limits import Limits
from tests.web import certificates
from tests.web.site import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.site import Site

IMPATIENT = Limits(
    connect=2, silence=0.3, total=0.5, attempts=3, backoff=0.01, longest_pause=2, file_total=0.5
)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Return a running site, http; no proxy of the machine stands in between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as running:
        yield running


@pytest.fixture
def client() -> Client:
    """Return an impatient client that may use http and keeps nothing."""
    return Client(allow_http=True, limits=IMPATIENT)


@pytest.fixture(scope="session")
def valid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate that is valid, and its key."""
    folder = tmp_path_factory.mktemp("valid")
    return certificates.make(folder, "20200101000000Z", "20991231235959Z")


@pytest.fixture(scope="session")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate that was valid for a day, and its key."""
    folder = tmp_path_factory.mktemp("expired")
    return certificates.make(folder, "20200101000000Z", "20200102000000Z")
