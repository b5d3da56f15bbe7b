"""Registries whose certificate is not valid: the answer is a failure, never an absence."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.web.certificates import make
from tests.web.site import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.registry.commands import Commands

HOST = "registry.example.org"
LATER = "20400101000000Z"
WRONG = {
    "expired": ("20240102000000Z", f"DNS:{HOST}", True, "certificate has expired"),
    "self-signed": (LATER, f"DNS:{HOST}", False, "self-signed certificate"),
    "another host": (LATER, "DNS:example.org", True, "Hostname mismatch"),
}


@pytest.fixture
def _resolved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let a name that is not that of the loopback lead there; use no credentials of the user."""
    known = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more: known("127.0.0.1" if host == HOST else host, *more),
    )
    monkeypatch.setenv("NO_PROXY", f"{HOST},127.0.0.1")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("_resolved")
@pytest.mark.parametrize("name", WRONG)
def test_certificates(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The exit code is 4, and the message says what is wrong with the certificate."""
    end, names, trusted, why = WRONG[name]
    certificate = make(tmp_path / "tls", "20240101000000Z", end, names)
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serve(certificate) as server:
        port = server.base.rpartition(":")[2]
        done = commands.run("show", f"{HOST}:{port}/me/python:3")
        assert server.asked == []
    assert done.code == 4
    assert "its certificate is not valid: " in done.err
    assert why in done.err
    assert "is not there" not in done.err


@pytest.mark.usefixtures("_resolved")
def test_https_on_loopback(commands: Commands, tmp_path: Path) -> None:
    """On loopback requests use http: a server that wants https there can't be read."""
    with serve(make(tmp_path / "tls", "20240101000000Z", LATER)) as server:
        done = commands.run("show", f"127.0.0.1:{server.base.rpartition(':')[2]}/me/python:3")
    assert done.code == 4
    assert "is not there" not in done.err
