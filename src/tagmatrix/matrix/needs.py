"""The upstream artifacts that the images of a release need, and how long they may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.config.artifacts import NAMES
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix.artifact_architectures import lifted
from tagmatrix.matrix.expand import expand
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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
    """The artifacts that a release needs, and its images.

    `possible` are these, and the files for more architectures that its images could have.
    """

    artifacts: Mapping[str, Need]
    possible: tuple[str, ...]
    images: tuple[Image, ...]

    def may_go_without(self, artifacts: Collection[str]) -> bool:
        """Return whether images are left without these artifacts, and not only on Windows.

        An image that is left needs the image that it is built from.
        """
        left = [image for image in self.images if _left(image, artifacts)]
        lost = _tags(self.images) - _tags(left)
        return not any(image.parent in lost for image in left) and any(
            not all(is_windows(name) for name in _left(image, artifacts)) for image in left
        )


def _tags(images: Iterable[Image]) -> set[str]:
    return {tag.name for image in images for tag in image.all_tags}


def _left(image: Image, artifacts: Collection[str]) -> list[str]:
    """Return the architectures that an image has without some artifacts."""
    gone = [need for need in image.needs if need in artifacts]
    if any("/" not in need for need in gone):
        return []
    return [
        name for name in image.architectures if not any(need.endswith(f"/{name}") for need in gone)
    ]


def same_file(sums: Mapping[str, str], algorithm: str = "sha256") -> str:
    """Return a problem if artifacts have the same checksum: different files never do; else "".

    >>> same_file({"source": "1f", "windows": "1f"})
    'source and windows have the same SHA-256, 1f: at least one checksum belongs to another file'
    >>> same_file({"source": "1f", "windows": "2e"})
    ''
    """
    for digest in sums.values():
        names = [name for name, other in sums.items() if other == digest]
        if len(names) > 1:
            return (
                f"{join_names(names)} have the same {NAMES[algorithm]}, {digest}: at least one "
                "checksum belongs to another file"
            )
    return ""


def needs(config: Config, release: Release) -> Needs:
    """Return the artifacts that a release's images need, including those that are held back."""
    whole = lifted(release)
    images = _images(config, whole)
    possible = images
    if any("/" in need for image in images for need in image.needs):
        possible = _images(config, replace(whole, sha256={}, sha512={}, sha1={}))
    found: dict[str, list[str]] = {}
    for image in images:
        for artifact in image.needs:
            flavors = found.setdefault(artifact, [])
            if image.flavor not in flavors:
                flavors.append(image.flavor)
    return Needs(
        {name: _need(config, flavors) for name, flavors in found.items()},
        tuple(dict.fromkeys(need for image in possible for need in image.needs)),
        images,
    )


def _images(config: Config, release: Release) -> tuple[Image, ...]:
    # no `hold`: it may name a release that this config does not have
    every = expand(replace(config, releases=(release,), hold={})).images
    # a variant with a version of its own needs no artifact of the release's version
    return tuple(image for image in every if image.version == release.version)


def _need(config: Config, names: list[str]) -> Need:
    flavors = [config.flavors[name] for name in names if name in config.flavors]
    days = [flavor.wait_days for flavor in flavors if flavor.late == "wait"]
    if len(flavors) < len(names):
        days.append(3)  # the default `wait_days`, for a variant without a flavor
    return Need(tuple(names), max(days) if days else None)
