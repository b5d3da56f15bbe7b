"""Builds with buildah: with a cache for each RUN and the host's network, without pulling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.commands import run
from tests.e2e.standin import ADDRESS, HOSTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.commands import Done
    from tests.e2e.place import Place


@dataclass(frozen=True, slots=True)
class Buildah:
    """A builder; it gives a build the test's settings without a change of the Dockerfile."""

    place: Place
    certificates: Path

    def build(self, folder: Path, tag: str, *, cache: bool = True, base: str = "") -> Done:
        """Build FOLDER/Dockerfile; the build trusts the throwaway authority.

        `base` replaces the image after FROM.
        """
        hosts = [f"--add-host={host}:{ADDRESS}" for host in HOSTS]
        options = (
            "--layers" if cache else "--no-cache",
            *("--identity-label=false", "--force-rm", "--pull=never", "--network=host"),
            "--format=docker",
            *hosts,
            *([f"--from={base}"] if base else []),
            f"--volume={self.certificates}:/usr/local/share/ca-certificates:ro",
        )
        log = self.place.logs / f"{tag.replace('/', '-').replace(':', '-')}.log"
        file = ("--file", str(folder / "Dockerfile"))
        command = ("buildah", "build", *options, *file, "--tag", tag, str(folder))
        return run(*command, env=self.place.environment, log=log)
