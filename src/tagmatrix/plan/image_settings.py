"""What versions.yaml says of an image besides its files: repositories, secrets, labels, builder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.matrix.destinations import Destinations
from tagmatrix.matrix.rule_matching import Rules
from tagmatrix.plan.records import SecretName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image


class ImageSettings:
    """What a file says of each image of its matrix; `registry` replaces its repositories."""

    def __init__(self, config: Config, registry: str) -> None:
        self._config = config
        self._registry = registry.replace("{image}", config.image)
        self._destinations = Destinations(config.publish.registries)
        self._secrets = {
            name: (flavor.secrets, Rules(flavor.secrets))
            for name, flavor in config.flavors.items()
            if flavor.secrets
        }

    def repositories(self, image: Image) -> tuple[str, ...]:
        """Return the repositories that an image goes to."""
        return (self._registry,) if self._registry else self._destinations.of(image)

    def replaced(self, image: Image) -> tuple[str, ...]:
        """Return the repositories of the file that `registry` replaces: bases may name them."""
        return self._destinations.of(image) if self._registry else ()

    def secrets(self, image: Image) -> tuple[SecretName, ...]:
        """Return the secrets that an image needs."""
        if image.flavor not in self._secrets:
            return ()
        secrets, rules = self._secrets[image.flavor]
        own = [secrets[number] for number in rules.numbers(image.cell)]
        return tuple([SecretName(id=each.id, env=each.env) for each in own])

    def builder(self, image: Image) -> str:
        """Return the builder of an image."""
        return image.builder or self._config.builder or ""

    def of_the_build(self, image: Image) -> Mapping[str, object]:
        """Return what the bytes of an image depend on besides its folder, by its name for people.

        A version that is in no file gives an image new tags, and does not count.
        The first repository is in the labels of the images that are built on this one.
        """
        return {
            "its builder": (self.builder(image), image.constraints),
            "`repository`": self._config.repository,
            "`publish.labels`": self._config.publish.labels,
            "`publish.attest`": self._config.publish.attest,
            "the list of its secrets": [secret.id for secret in self.secrets(image)],
            "its first repository": self.repositories(image)[:1],
        }
