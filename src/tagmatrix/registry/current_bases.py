"""The base images of a family, as their registries have them now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.platforms import PLATFORMS
from tagmatrix.registry.distribution import there
from tagmatrix.registry.image_facts import facts
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.repositories import RegistryRepository, reference
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_facts import ImageFacts, Part
    from tagmatrix.registry.parallel import Progress
    from tagmatrix.web.answers import Answer

SCRATCH: Final = "scratch"


class BaseNow(Struct, frozen=True):
    """A base image: the digest of its index, and that of each platform's image in it.

    `platforms` has official-images' words. Windows builds share a platform; it has the first.
    """

    digest: str
    platforms: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON: an entry of the file that `plan --base-digests` reads."""
        words = {PLATFORMS.get(name, name): digest for name, digest in self.platforms.items()}
        return {"digest": self.digest, "platforms": words}


def now(
    registry: Registry, names: Iterable[str], progress: Progress = None
) -> dict[str, Answer[BaseNow]]:
    """Return what bases are now, by their names; a base that is not there is a failure."""
    wanted = [name for name in names if name != SCRATCH]
    return for_each(partial(_now, registry), wanted, progress)


def child(registry: Registry, base: str, digest: str, platform: str) -> Answer[str]:
    """Return the digest of a platform's image in an index that a base was, by its digest."""
    repository = RegistryRepository.of(reference(base))
    answer = facts(registry, repository, digest)
    if not isinstance(answer, Found):
        return answer
    found = _platforms(answer.value.parts)
    if platform not in found:
        return FetchFailed(f"{repository}@{digest}: it has no image for {platform}")
    return Found(found[platform])


def parts(registry: Registry, name: str) -> Answer[tuple[Part, ...]]:
    """Return the images of a base, one for each platform."""
    answer = _facts(registry, name)
    return Found(answer.value.parts) if isinstance(answer, Found) else answer


def _now(registry: Registry, name: str) -> Answer[BaseNow]:
    answer = _facts(registry, name)
    if not isinstance(answer, Found):
        return answer
    return Found(BaseNow(answer.value.digest, _platforms(answer.value.parts)))


def _facts(registry: Registry, name: str) -> Answer[ImageFacts]:
    try:
        named = reference(name)
    except InputError as error:
        return FetchFailed(str(error), permanent=True)
    repository = RegistryRepository.of(named)
    head = there(registry.head(repository, named.pulled))
    if not isinstance(head, Found):
        return head
    return facts(registry, repository, head.value.digest)


def _platforms(parts: Iterable[Part]) -> dict[str, str]:
    """Return the digest of each architecture's image."""
    found: dict[str, str] = {}
    for part in parts:
        found.setdefault(part.architecture, part.digest)
    return found
