"""The repositories that a command works on, and which images each one has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.matrix.destinations import Destinations
from tagmatrix.registry.repositories import repository

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image
    from tagmatrix.registry.repositories import RegistryRepository


class Target(Struct, frozen=True):
    """A repository; `names` are its names in versions.yaml, none if it is not there."""

    repository: RegistryRepository
    names: frozenset[str] = frozenset()
    destinations: Destinations | None = None

    def has(self, image: Image) -> bool:
        """Return whether an image is published there; all are if versions.yaml says nothing."""
        return self.destinations is None or not self.names.isdisjoint(self.destinations.of(image))


def targets(config: Config, named: str | None) -> list[Target]:
    """Return the repositories of versions.yaml, or the one that an option names.

    Raises InputError if there is none.
    """
    destinations = Destinations(config.publish.registries)
    names: dict[RegistryRepository, set[str]] = {}
    for each in config.publish.registries:
        names.setdefault(repository(each.repository), set()).add(each.repository)
    known = {one: Target(one, frozenset(those), destinations) for one, those in names.items()}
    if named is not None:
        one = repository(named)
        return [known.get(one, Target(one))]
    if not known:
        raise InputError(
            f"{config.file} has no `publish.registries`: name a repository with --registry"
        )
    return list(known.values())


def allowed_http(config: Config) -> frozenset[str]:
    """Return the hosts for which versions.yaml allows http."""
    return frozenset(
        repository(each.repository).server for each in config.publish.registries if each.allow_http
    )
