"""Docker, buildah and podman: the commands of each, and which of them is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tagmatrix.references import Reference

NAMES: Final = ("docker", "buildah", "podman")
_SECONDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What is built: a context, a Dockerfile outside of it, and the name of the image."""

    context: Path
    dockerfile: Path
    name: Reference
    epoch: int
    secrets: tuple[str, ...] = ()
    push: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """A builder; its methods return commands, which `run` starts."""

    name: str

    def build(self, build: Build) -> list[list[str]]:
        """Return the commands that build an image and, if wanted, push it."""
        secrets = [word for secret in build.secrets for word in ("--secret", secret)]
        common = ["--file", str(build.dockerfile), "--tag", str(build.name), *secrets]
        if self.name == "docker":
            kind = "registry" if build.push else "docker"
            output = f"--output=type={kind},rewrite-timestamp=true"
            # An attestation has the time of the build.
            options = [output, "--provenance=false", *common]
            return [["docker", "buildx", "build", *options, str(build.context)]]
        # Docker's format keeps the id of a container, which each build makes anew. OCI's has
        # no health check: it stays in the Dockerfile that `app write` makes.
        options = ["--format=oci", f"--timestamp={build.epoch}", *common]
        commands = [[self.name, "build", *options, str(build.context)]]
        if build.push:
            commands.append([self.name, "push", str(build.name)])
        return commands

    def images(self) -> list[str]:
        """Return the command that lists local images."""
        return [self.name, "images"]

    def tag(self, name: Reference, new: Reference) -> list[str]:
        """Return the command that gives an image another name."""
        return [self.name, "tag", str(name), str(new)]

    def untag(self, name: Reference) -> list[str]:
        """Return the command that removes a name; the image stays if it has another."""
        if self.name == "docker":
            return ["docker", "image", "rm", "--no-prune", str(name)]
        return [self.name, "untag" if self.name == "podman" else "rmi", str(name)]

    @property
    def runner(self) -> str:
        """The program that runs the image: buildah has none."""
        return "podman" if self.name == "buildah" else self.name


def find(wanted: str) -> Engine:
    """Return the wanted engine, or the first that works. Raises InputError."""
    names = (wanted,) if wanted else NAMES
    for name in names:
        if shutil.which(name) and _works(name):
            return Engine(name)
    if wanted:
        raise InputError(f"{wanted} is not on PATH, or does not answer: start it, or use another")
    raise InputError("none of docker, buildah and podman is on PATH and answers: install one")


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a command with the same streams, and return its exit code. Raises InputError."""
    try:
        return subprocess.run(
            command, env={**os.environ, **(environment or {})}, check=False
        ).returncode
    except OSError as error:
        raise InputError(f"{command[0]}: {error.strerror}") from None


def _works(name: str) -> bool:
    """Return whether an engine answers: Docker's needs its server."""
    command = [name, "version"] if name != "docker" else ["docker", "version", "--format=x"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
