"""The folder for everything that these tests make, in the user's cache."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[2]

STORAGE = """\
[storage]
driver = "overlay"
graphroot = "{0}/images"
runroot = "{0}/run"
"""

REGISTRIES = """\
unqualified-search-registries = ["docker.io"]
short-name-mode = "disabled"
"""
"""`debian:x` means docker.io/library/debian:x, as for Docker; the tests never pull an image."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder, and the things in it with fixed names."""

    root: Path

    def folder(self, name: str) -> Path:
        """Return a folder in it; make it if it is missing."""
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    @property
    def logs(self) -> Path:
        """Return the folder for the output of builds."""
        return self.folder("logs")

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that make buildah, podman and skopeo use only this folder."""
        storage, registries = self.root / "storage.conf", self.root / "registries.conf"
        if not registries.exists():
            storage.write_text(STORAGE.format(self.root))
            registries.write_text(REGISTRIES)
        return {
            "CONTAINERS_STORAGE_CONF": str(storage),
            "CONTAINERS_REGISTRIES_CONF": str(registries),
            "BUILDAH_ISOLATION": "oci",
            "BUILDAH_RUNTIME": "runc",
        }


def find_place() -> Place:
    """Return the folder; TAGMATRIX_E2E names another one."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    root = Path(os.environ.get("TAGMATRIX_E2E") or cache / "tagmatrix-e2e")
    root.mkdir(parents=True, exist_ok=True)
    return Place(root)


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Lock the folder: two runs at once would use the same ports and images."""
    with (place.root / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
