"""Fixtures: a registry that takes the place of others, and a client for it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.registry.credentials import Logins
from tagmatrix.registry.digest_cache import DigestCache
from tagmatrix.registry.distribution import Registry
from tagmatrix.registry.repositories import RegistryRepository
from tagmatrix.registry.session import Session
from tagmatrix.web.client import Client
from tests.registry import standin
from tests.registry.commands import Commands, shorten
from tests.registry.plans import Plan
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.registry.standin import Standin


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Standin]:
    """Return a running registry; the user's own credentials and cache are not used."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with standin.serve() as running:
        yield running


@pytest.fixture
def repository(registry: Standin) -> RegistryRepository:
    """Return a repository of the registry."""
    return RegistryRepository(registry.host, "me/python")


@pytest.fixture
def asking(tmp_path: Path) -> Registry:
    """Return a client with short time limits."""
    logins = Logins(tmp_path / "docker" / "config.json")
    return Registry(Session(Client(limits=IMPATIENT), logins), DigestCache(tmp_path / "kept"))


@pytest.fixture
def commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """Return what runs commands in an empty folder, with short limits."""
    shorten(monkeypatch)
    root = tmp_path / "family"
    root.mkdir(exist_ok=True)
    return Commands(root, capsys)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Return an empty plan."""
    return Plan(tmp_path / "family")


def log_in(folder: Path, *hosts: str, user: str = standin.USER, word: str = "") -> None:
    """Write credentials as `docker login` does."""
    pair = base64.b64encode(f"{user}:{word or standin.PASSWORD}".encode()).decode()
    folder.mkdir(exist_ok=True)
    value = {"auths": {host: {"auth": pair} for host in hosts}}
    (folder / "config.json").write_text(json.dumps(value))
