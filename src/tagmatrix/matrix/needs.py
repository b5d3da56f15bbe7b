"""What the images of a release need of its version, and what may be left out for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix.manifest.architectures import is_windows
from tagmatrix.matrix.expand import expand

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.expand import Image


@dataclass(frozen=True, slots=True)
class Need:
    """An artifact that images need.

    Attributes:
        flavors: those of these images, in order.
        wait_days: so many days it is waited for; None if none of them waits.
    """

    flavors: tuple[str, ...]
    wait_days: int | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a release needs: each artifact, and what the images are."""

    artifacts: Mapping[str, Need]
    images: tuple[Image, ...]

    def may_go_without(self, artifacts: Collection[str]) -> bool:
        """Tell whether something is left without them, and not on Windows only."""
        return any(
            not set(image.needs) & set(artifacts)
            and not all(is_windows(name) for name in image.architectures)
            for image in self.images
        )


def same_file(sha256: Mapping[str, str]) -> str:
    """Say which artifacts have the same SHA-256, which two files never have; empty for none.

    >>> same_file({"source": "1f", "windows": "1f"})
    'source and windows have the same SHA-256, 1f: one of them is not what it is said to be'
    >>> same_file({"source": "1f", "windows": "2e"})
    ''
    """
    for digest in sha256.values():
        names = [name for name, other in sha256.items() if other == digest]
        if len(names) > 1:
            said = f"have the same SHA-256, {digest}: one of them is not what it is said to be"
            return f"{' and '.join(names)} {said}"
    return ""


def needs(config: Config, release: Release) -> Needs:
    """Return what a release's images need of its version, as if nothing were held back."""
    whole = replace(release, held_back={})
    # `hold` may name another release
    every = expand(replace(config, releases=(whole,), hold={})).images
    # a variant that has a version of its own needs nothing of the release's
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
        days.append(3)  # a variant without a flavor waits as one does by default
    return Need(tuple(names), max(days) if days else None)
