"""Registries of images on this machine: Debian's docker-registry, and crane's of a newer suite."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.e2e import debian
from tests.e2e.commands import UnavailableError, run

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURATION: Final = """\
version: 0.1
storage:
  filesystem:
    rootdirectory: {0}/images
http:
  addr: {1}
"""
USERS: Final = """\
auth:
  htpasswd:
    realm: tests
    path: {0}
"""
DELETES: Final = """\
  delete:
    enabled: true
"""
SUITES: Final = ("forky", "sid")
START: Final = 30.0
"""The registry must answer within this number of seconds."""


@contextmanager
def registry(
    folder: Path, *, user: str = "", password: str = "", deletes: bool = False
) -> Iterator[str]:
    """Run Debian's registry while the context is open; the value is its address.

    Args:
        folder: a new folder for its content.
        user: the only user; empty to let all in.
        password: the user's password.
        deletes: whether digests can be deleted.
    """
    debian.install("docker-registry")
    folder.mkdir()
    address = _free()
    text = CONFIGURATION.format(folder, address)
    if deletes:
        text = text.replace("http:\n", f"{DELETES}http:\n")
    if user:
        debian.install("apache2-utils")
        line = run("htpasswd", "-nbB", user, password).ok().text
        (folder / "users").write_text(line)
        text += USERS.format(folder / "users")
    file = folder / "config.yml"
    file.write_text(text)
    with _server(folder, address, "docker-registry", "serve", str(file)):
        yield address


def find_crane(folder: Path) -> Path:
    """Return crane, unpacked from a newer suite. Raises UnavailableError."""
    program = folder / "crane-root/usr/bin/crane"
    if not program.exists():
        _unpack_crane(folder)
    return program


@contextmanager
def crane_registry(folder: Path, crane: Path) -> Iterator[str]:
    """Run crane's registry while the context is open; the value is its address."""
    folder.mkdir()
    address = _free()
    with _server(folder, address, str(crane), "registry", "serve", "--address", address):
        yield address


def _unpack_crane(folder: Path) -> None:
    failures: list[str] = []
    for suite in SUITES:
        with tempfile.TemporaryDirectory(dir=folder, prefix="download.") as name:
            try:
                debian.fetch_packages(Path(name), suite, "crane")
            except UnavailableError as error:
                failures.append(str(error))
                continue
            (package,) = Path(name).glob("crane_*.deb")
            run("dpkg", "-x", package, Path(name, "root")).ok()
            Path(name, "root").rename(folder / "crane-root")
            return
    raise UnavailableError("no crane available:\n" + "\n".join(failures))


def _free() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def _server(folder: Path, address: str, *command: str) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        # without the proxies of this machine, which crane would use for uploads
        environment = {name: text for name, text in os.environ.items() if "proxy" not in name}
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait(address)
            yield
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait(address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START
    while True:
        try:
            opener.open(f"http://{address}/v2/", timeout=5).close()
        except urllib.error.HTTPError:  # it asks for a user
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return
