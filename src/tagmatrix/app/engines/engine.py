"""Docker, buildah and podman: the commands of each, and which of them is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.app.engines.build_context import VARIABLE
from tagmatrix.errors import InputError
from tagmatrix.util.files import input_errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.references import Reference

NAMES: Final = ("docker", "buildah", "podman")
NETWORKS: Final = ("default", "host", "none")
_SECONDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalBuild:
    """What is built: a context, a Dockerfile outside of it, and the name of the image.

    Attributes:
        archive: a new file for the image, on its way into Docker's store.
    """

    context: Path
    dockerfile: Path
    archive: Path
    name: Reference
    epoch: int
    secrets: tuple[str, ...] = ()
    network: str = ""
    cache: bool = True
    push: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """A builder; its methods return commands, which `run` starts.

    Attributes:
        exports: whether Docker's builder can write archives, which rewriting times needs.
    """

    name: str
    exports: bool = True

    def build(self, build: LocalBuild) -> list[list[str]]:
        """Return the commands that build an image and, if wanted, push it."""
        secrets = [word for secret in build.secrets for word in ("--secret", secret)]
        common = ["--file", str(build.dockerfile), "--tag", str(build.name), *secrets]
        if build.network:
            common.append(f"--network={build.network}")
        if not build.cache:
            common.append("--no-cache")
        elif self.name == "buildah":  # the others cache by themselves
            common.append("--layers")
        if self.name == "docker":
            commands = self._docker(build, common)
        else:
            # Docker's format keeps the id of a container, which differs in each build. OCI's has no
            # health check: it stays in the Dockerfile that `app write` makes.
            options = ["--format=oci", f"--timestamp={build.epoch}", *common]
            commands = [[self.name, "build", *options, str(build.context)]]
        if build.push:
            commands.append([self.name, "push", str(build.name)])
        return commands

    def _docker(self, build: LocalBuild, common: list[str]) -> list[list[str]]:
        # An attestation has the time of the build.
        command = ["docker", "buildx", "build", "--provenance=false", *common]
        if not self.exports:
            return [[*command, "--load", str(build.context)]]
        # BuildKit can't rewrite times while it unpacks an image into its own store. The date is
        # an option of the output alone: as an argument of the build it would end the cache at
        # the first WORKDIR.
        output = (
            f"--output=type=docker,dest={build.archive},rewrite-timestamp=true,"
            f"source-date-epoch={build.epoch}"
        )
        load = ["docker", "load", "--quiet", "--input", str(build.archive)]
        return [[*command, output, str(build.context)], load]

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


def find(wanted: str, *, builds: bool = False) -> Engine:
    """Return the wanted engine, or the first that works. Raises InputError.

    With `builds`, Docker needs buildx too.
    """
    names = (wanted,) if wanted else NAMES
    for name in names:
        if shutil.which(name) and _works(name, builds=builds):
            return Engine(name, exports=name != "docker" or not builds or _exports())
    buildx = ", with buildx" if builds else ""
    if wanted:
        more = buildx if wanted == "docker" else ""
        raise InputError(
            f"{wanted} is not on PATH{more}, or does not answer: start it, or use another"
        )
    raise InputError(
        f"none of docker{buildx}, buildah and podman is on PATH and answers: install one"
    )


def run(command: Sequence[str]) -> int:
    """Run a command with the same streams, and return its exit code. Raises InputError.

    The command does not get SOURCE_DATE_EPOCH: it has its date already.
    """
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    with input_errors(command[0]):
        return subprocess.run(command, env=environment, check=False).returncode


def _works(name: str, *, builds: bool) -> bool:
    """Return whether an engine answers: Docker's needs its server, and buildx to build."""
    if name != "docker":
        return _answer(name, "version") is not None
    if _answer("docker", "version", "--format=x") is None:
        return False
    return not builds or _answer("docker", "buildx", "version") is not None


def _exports() -> bool:
    """Return whether Docker's builder writes archives.

    The builder that is a part of the engine does so only with the image store of containerd.
    """
    store = _answer("docker", "info", "--format={{json .DriverStatus}}") or ""
    builder = _answer("docker", "buildx", "inspect") or ""
    driver = re.search(r"^Driver:\s*(\S+)", builder, re.MULTILINE)
    return "io.containerd.snapshotter" in store or (driver is not None and driver[1] != "docker")


def _answer(*command: str) -> str | None:
    """Return what a command prints; None if it fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout
