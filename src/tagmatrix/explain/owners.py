"""Tags with their images, for `tags` and `show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tagmatrix.platforms import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.tags import Tag


class Owned(Struct, frozen=True):
    """A tag and its images, each with the alias and the spelling that form the tag there.

    A tag has one image, or several images of one version on different platforms.
    """

    name: str
    shared: bool
    owners: tuple[tuple[Image, Tag], ...]

    @property
    def images(self) -> tuple[Image, ...]:
        """Return the images, in the order of the manifest."""
        return tuple(image for image, _ in self.owners)

    @property
    def version(self) -> str:
        """Return the current version of the tag."""
        return self.owners[0][0].version

    @property
    def version_tag(self) -> str:
        """Return the current version as a tag."""
        return self.owners[0][0].version_tag

    @property
    def moving(self) -> bool:
        """Return whether the tag moves to new versions; a tag with the full version does not."""
        return bool(self.owners[0][1].alias.moves)

    @property
    def moves(self) -> tuple[str, ...]:
        """Return the events that move the tag to another image."""
        return tuple(dict.fromkeys(reason for _, tag in self.owners for reason in tag.moves))

    @property
    def architectures(self) -> tuple[str, ...]:
        """Return the architectures of all its images."""
        return tuple(
            dict.fromkeys(name for image, _ in self.owners for name in image.architectures)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the tag as JSON."""
        return {
            "tag": self.name,
            "version": self.version or None,
            "shared": self.shared,
            "moving": self.moving,
            "cycle": self.owners[0][0].cycle,
            "variants": [image.name for image in self.images],
            "dockerfiles": [image.dockerfile_path for image in self.images],
            "architectures": list(self.architectures),
            "platforms": [PLATFORMS[name] for name in self.architectures],
        }


def by_tag(matrix: Matrix) -> Mapping[str, Owned]:
    """Return every tag, in the order of the manifest."""
    owners: dict[str, list[tuple[Image, Tag]]] = {}
    shared: set[str] = set()
    for image in matrix.images:
        for tag in image.all_tags:
            owners.setdefault(tag.name, []).append((image, tag))
        shared.update(tag.name for tag in image.shared_tags)
    return {name: Owned(name, name in shared, tuple(pairs)) for name, pairs in owners.items()}
