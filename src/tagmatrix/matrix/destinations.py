"""The repositories that each image is published to, by `publish.registries`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.matrix.rule_matching import Rules
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config.publishing import Destination
    from tagmatrix.matrix.expand import Image


class Destinations:
    """The destinations of versions.yaml, with their conditions."""

    def __init__(self, destinations: Sequence[Destination]) -> None:
        self._destinations = destinations
        self._rules = Rules(destinations)

    def of(self, image: Image) -> tuple[str, ...]:
        """Return the repositories that an image goes to, in the order of the file."""
        holding = self._rules.holding(image.cell) if self._destinations else 0
        found = [
            each.repository
            for bit, each in enumerate(self._destinations)
            if holding >> bit & 1 and _fits(each, image)
        ]
        return tuple(dict.fromkeys(found))


def _fits(destination: Destination, image: Image) -> bool:
    if destination.final is None:
        return True
    return destination.final == is_final(image.version, image.release.style)
