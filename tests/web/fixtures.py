"""Fixtures: a test site, and a client with short time limits."""

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
    """Return a running site over http; the machine's proxy is not used."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as running:
        yield running


@pytest.fixture
def client() -> Client:
    """Return a client with short time limits that may use http and has no cache."""
    return Client(allow_http=True, limits=IMPATIENT)


@pytest.fixture(scope="session")
def valid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a valid certificate and its key."""
    folder = tmp_path_factory.mktemp("valid")
    return certificates.make(folder, "20200101000000Z", "20991231235959Z")


@pytest.fixture(scope="session")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with an expired certificate and its key."""
    folder = tmp_path_factory.mktemp("expired")
    return certificates.make(folder, "20200101000000Z", "20200102000000Z")
