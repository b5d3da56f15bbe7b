"""A registry of images on this machine: Debian's docker-registry."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tests.e2e import debian

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIGURATION: Final = """\
version: 0.1
storage:
  filesystem:
    rootdirectory: {0}/images
http:
  addr: {1}
"""
START: Final = 30.0
"""The registry must answer within this number of seconds."""


@contextmanager
def registry(folder: Path) -> Iterator[str]:
    """Run a registry while the context is open; the value is its address."""
    debian.install("docker-registry")
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    file = folder / "config.yml"
    file.write_text(CONFIGURATION.format(folder, address))
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            ["docker-registry", "serve", file], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait(address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START
    while True:
        try:
            opener.open(f"http://{address}/v2/", timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return
