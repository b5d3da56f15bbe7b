"""The upstream artifacts that the images of a release need, and how long they may be missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix.manifest.architectures import is_windows
from tagmatrix.matrix.expand import expand
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.expand import Image


@dataclass(frozen=True, slots=True)
class Need:
    """An artifact that images need.

    Attributes:
        flavors: the flavors of these images, in order.
        wait_days: the number of days to wait for the artifact; None if no flavor waits.
    """

    flavors: tuple[str, ...]
    wait_days: int | None


@dataclass(frozen=True, slots=True)
class Needs:
    """The artifacts that a release needs, and its images."""

    artifacts: Mapping[str, Need]
    images: tuple[Image, ...]

    def may_go_without(self, artifacts: Collection[str]) -> bool:
        """Return whether images are left without these artifacts, and not only on Windows."""
        return any(
            not set(image.needs) & set(artifacts)
            and not all(is_windows(name) for name in image.architectures)
            for image in self.images
        )


def same_file(sha256: Mapping[str, str]) -> str:
    """Return a problem if artifacts have the same SHA-256: different files never do; else "".

    >>> same_file({"source": "1f", "windows": "1f"})
    'source and windows have the same SHA-256, 1f: at least one checksum is of another file'
    >>> same_file({"source": "1f", "windows": "2e"})
    ''
    """
    for digest in sha256.values():
        names = [name for name, other in sha256.items() if other == digest]
        if len(names) > 1:
            said = f"have the same SHA-256, {digest}: at least one checksum is of another file"
            return f"{join_names(names)} {said}"
    return ""


def needs(config: Config, release: Release) -> Needs:
    """Return the artifacts that a release's images need, including those that are held back."""
    whole = replace(release, held_back={})
    # no `hold`: it may name a release that this config does not have
    every = expand(replace(config, releases=(whole,), hold={})).images
    # a variant with a version of its own needs no artifact of the release's version
    images = tuple(image for image in every if image.version == release.version)
    found: dict[str, list[str]] = {}
    for image in images:
        for artifact in image.needs:
            flavors = found.setdefault(artifact, [])
            if image.flavor not in flavors:
                flavors.append(image.flavor)
    return Needs({name: _need(config, flavors) for name, flavors in found.items()}, images)


def _need(config: Config, names: list[str]) -> Need:
    flavors = [config.flavors[name] for name in names if name in config.flavors]
    days = [flavor.wait_days for flavor in flavors if flavor.late == "wait"]
    if len(flavors) < len(names):
        days.append(3)  # the default `wait_days`, for a variant without a flavor
    return Need(tuple(names), max(days) if days else None)
