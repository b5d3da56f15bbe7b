"""Servers that have only an address of IPv6."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import fill, settings
from tests.cli.test_update import release, update
from tests.registry import standin
from tests.registry.commands import Commands, shorten
from tests.registry.test_check import NAME, publish_all
from tests.web.site import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Use no proxy, cache or credentials of the machine; it may have no IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as found:
            found.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    monkeypatch.setenv("NO_PROXY", "::1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))


@pytest.mark.slow
def test_update(project: Project) -> None:
    """An upstream is asked, and a message about it has its address."""
    with serve(ipv6=True) as site:
        fill(site)
        text = f"builder: buildkit\n{settings(site.base)}"
        project.edit("versions.yaml", "builder: buildkit\n", text)
        release(site, "2.1.4", windows="b" * 64)
        site.faults["/api/v2/downloads/release_file"] = site.status(403)
        refused = update(project)
        assert refused.code == 4
        assert f"{site.base}/api/" in refused.err + refused.out
        site.faults.clear()
        assert "2.1: 2.1.3 to 2.1.4\n" in update(project).ok().out


@pytest.mark.slow
def test_registry(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A registry is asked for a token and for all tags."""
    shorten(monkeypatch)
    commands = Commands(project.root, capsys)
    with standin.serve(ipv6=True) as registry:
        registry.auth, registry.public = "bearer", True
        publish_all(registry, commands)
        assert registry.host.startswith("[::1]:")
        done = commands.run("check", "--registry", f"{registry.host}/{NAME}")
        assert (done.code, done.out) == (0, ""), done
        assert registry.count("GET /token")
        missing = commands.run("show", f"{registry.host}/{NAME}:9")
        assert missing.code != 1
        assert f"{registry.host}/{NAME}" in missing.err
