"""Applications as users build them: `tagmatrix app write`, `tagmatrix app build`, a container."""

from __future__ import annotations

import gzip
import json
import shlex
import sys
import tarfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.e2e.commands import run
from tests.e2e.images import PODMAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.commands import Done

CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
"""What this machine trusts: builds get it as the secret `ca`."""
BASES: Final = tuple(f"python:3.{minor}-slim-trixie" for minor in (12, 13, 14))
"""The names of our own image of Python 3.13: those that the samples' files lead to."""
HARDENED: Final = ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--network=none")
LIMITS: Final = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")
ANSWER: Final = 60.0
"""A container must answer within this number of seconds."""
_ASK: Final = """\
import sys, urllib.request as r
url = "http://127.0.0.1:" + sys.argv[1]
print(r.build_opener(r.ProxyHandler({})).open(url, timeout=10).read().decode())
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample application, a path of it, and the answer that has to be in the response."""

    name: str
    path: str
    answer: str


@dataclass(frozen=True, slots=True)
class Client:
    """An engine that builds, with the client that runs what it built."""

    engine: str
    runner: tuple[str, ...]
    environment: dict[str, str]

    def app(self, folder: Path, *words: str) -> Done:
        """Run `tagmatrix app` in a folder."""
        command = (sys.executable, "-m", "tagmatrix", "-C", str(folder), "app", *words)
        return run(*command, env=self.environment)

    def build(self, folder: Path, image: str, *options: str) -> Done:
        """Build an application with this machine's network and certificates."""
        fixed = ("--engine", self.engine, "--network", "host", "--as-of", "2026-07-01")
        secret = ("--secret", f"id=ca,src={CERTIFICATES}")
        return self.app(folder, "build", "--tag", image, *fixed, *secret, *options)

    def run(self, *words: str | Path) -> Done:
        """Run a command of the client."""
        return run(*self.runner, *words, env=self.environment)

    def inside(self, image: str, script: str) -> str:
        """Run a script in a container of an image, and return its output."""
        options = ("--rm", *HARDENED, *self._limits)
        return self.run("run", *options, image, "sh", "-c", script).ok().text

    @property
    def _limits(self) -> tuple[str, ...]:
        """Return podman's limits: it can only lower them, because it gives up capabilities."""
        return () if self.engine == "docker" else LIMITS

    @contextmanager
    def container(self, image: str) -> Iterator[str]:
        """Run an image hardened while the context is open; the value is the container's name."""
        name = f"e2e-{image.replace('/', '-').replace(':', '-')}-{self.engine}"
        self.run("rm", "--force", name)
        self.run("run", "--detach", "--name", name, *HARDENED, *self._limits, image).ok()
        try:
            yield name
        finally:
            self.run("rm", "--force", name)

    def ask(self, name: str, port: int, path: str) -> str:
        """Return the answer of a container; it is asked inside, where no other port is in use."""
        end = time.monotonic() + ANSWER
        while True:
            done = self.run("exec", name, "python3", "-c", _ASK, f"{port}{path}")
            if done.code == 0 or time.monotonic() > end:
                assert done.code == 0, done.text + self.run("logs", name).text
                return done.text
            time.sleep(0.2)

    def is_healthy(self, name: str) -> bool:
        """Wait for a container's health check, if its image has one; return the result."""
        end = time.monotonic() + ANSWER
        while True:
            state = json.loads(self.run("inspect", name).ok().text)[0]["State"]
            health = (state.get("Health") or {}).get("Status") or "healthy"
            if health != "starting" or time.monotonic() > end:
                return bool(health == "healthy")
            time.sleep(0.2)

    def stop(self, name: str) -> str:
        """Stop a container, and return its exit code: 137 if it had to be killed after 10 s."""
        self.run("stop", "--time=10", name).ok()
        return self.run("inspect", "--format={{.State.ExitCode}}", name).ok().text.strip()

    def saved(self, image: str, folder: Path) -> Image:
        """Return an image as an archive has it."""
        archive = folder / f"{image.replace('/', '-').replace(':', '-')}.tar"
        kind = () if self.engine == "docker" else ("--format=oci-archive",)
        self.run("save", *kind, "--output", archive, image).ok()
        return Image(archive)


@dataclass(frozen=True, slots=True)
class Image:
    """An image in an archive, in OCI's layout."""

    archive: Path

    @property
    def config_digest(self) -> str:
        """Return the digest of its configuration."""
        manifest = self._json("index.json")["manifests"][0]
        while "config" not in manifest:
            manifest = self._blob(manifest["digest"])
            if "manifests" in manifest:
                manifest = manifest["manifests"][0]
        return str(manifest["config"]["digest"])

    @property
    def config(self) -> dict[str, Any]:
        """Return its configuration."""
        return self._blob(self.config_digest)

    @property
    def layers(self) -> list[str]:
        """Return the digests of its layers, unpacked."""
        return list(self.config["rootfs"]["diff_ids"])

    def has(self, text: str) -> bool:
        """Return whether any file of the archive has a text: a layer, the history, the rest."""
        with tarfile.open(self.archive) as tar:
            for member in tar:
                file = tar.extractfile(member)
                data = file.read() if file else b""
                if text.encode() in (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data):
                    return True
        return False

    def _blob(self, digest: str) -> dict[str, Any]:
        return self._json(f"blobs/{digest.replace(':', '/')}")

    def _json(self, path: str) -> dict[str, Any]:
        with tarfile.open(self.archive) as tar:
            file = tar.extractfile(path)
            assert file is not None
            value: dict[str, Any] = json.load(file)
            return value


def podman() -> tuple[str, ...]:
    """Return the words of the client that runs images of buildah."""
    return tuple(shlex.split(PODMAN))
