"""The images that become members of an index: read from the registry, and checked."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec.structs import replace

from tagmatrix.registry.image_facts import REVISION, configuration
from tagmatrix.registry.image_manifests import Platform
from tagmatrix.registry.joins import KEY
from tagmatrix.registry.repositories import repository
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor, Document
    from tagmatrix.registry.joins import BuiltImage, Member
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

T = TypeVar("T")
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An image that is in a registry, as the build left it.

    Attributes:
        source: the repository that has it.
        document: its manifest, or the index with its attestations.
        descriptor: the image, with the platform of its configuration.
        attestations: the descriptors of what is attached to it.
    """

    source: RegistryRepository
    document: Document
    descriptor: Descriptor
    attestations: tuple[Descriptor, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The image is not what the build says; `why` is the reason."""

    why: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a digest that was pushed may be missing: some registries lag behind.

    Attributes:
        seconds: the longest time.
        sleep: waits.
        clock: a clock that never goes back.
    """

    seconds: float = 600
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def answers(self, ask: Callable[[], Answer[T]]) -> Iterator[Answer[T]]:
        """Yield answers to a question, until the time is over; the pauses grow."""
        begun = self.clock()
        pause = _FIRST_PAUSE
        while True:
            yield ask()
            left = self.seconds - (self.clock() - begun)
            if left <= 0:
                return
            self.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE)


def read(registry: Registry, built: BuiltImage, patience: Patience) -> Answer[Ready] | Refused:
    """Return the image that a build left, if it is there and has the build's platform."""
    where = repository(built.repository)
    answer = _pushed(registry, where, built.digest, patience)
    if not isinstance(answer, Found):
        return answer
    document = answer.value
    image = document
    attestations: tuple[Descriptor, ...] = ()
    if document.is_index:
        if len(document.images) != 1:
            return Refused(f"{built.build}: its index has {len(document.images)} images, not one")
        child = registry.document(where, document.images[0].digest)
        if not isinstance(child, Found):
            return child
        image = child.value
        attestations = document.attestations(image.digest)
    config = configuration(registry, where, image)
    if not isinstance(config, Found):
        return config
    wanted, found = platform(built.platform), config.value.platform
    if found.word != wanted.word:
        return Refused(f"{built.build}: its image is for {found}, not for {built.platform}")
    exact = normal(replace(found, variant=found.variant or wanted.variant))
    descriptor = replace(image.descriptor, platform=exact)
    return Found(
        Ready(source=where, document=document, descriptor=descriptor, attestations=attestations)
    )


def described(ready: Ready, member: Member) -> tuple[Descriptor, ...]:
    """Return the descriptors of an image in an index: itself, and what is attached to it."""
    annotations = dict(member.annotations)
    if member.commit:
        annotations.setdefault(REVISION, member.commit)
    if member.key:
        annotations.setdefault(KEY, member.key)
    return (replace(ready.descriptor, annotations=annotations), *ready.attestations)


def normal(platform: Platform) -> Platform:
    """Return a platform as engines write it in an index: without a variant that says nothing.

    https://github.com/containerd/platforms has the table.

    >>> str(normal(Platform(os="linux", architecture="arm64", variant="v8")))
    'linux/arm64'
    >>> str(normal(Platform(os="linux", architecture="arm")))
    'linux/arm/v7'
    """
    usual = {("arm64", "v8"): "", ("amd64", "v1"): "", ("arm", ""): "v7"}
    variant = usual.get((platform.architecture, platform.variant), platform.variant)
    return replace(platform, variant=variant)


def platform(text: str) -> Platform:
    """Return the platform of a text such as linux/arm/v7."""
    system, architecture, variant = [*text.split("/"), "", ""][:_PARTS]
    return Platform(os=system, architecture=architecture, variant=variant)


def _pushed(
    registry: Registry, where: RegistryRepository, digest: str, patience: Patience
) -> Answer[Document]:
    """Return the manifest of a digest that was pushed; wait for it if it is not there yet."""
    # not from the kept answers: this repository must have it
    for head in patience.answers(lambda: registry.head(where, digest)):
        if isinstance(head, Found):
            return registry.document(where, digest)
        if isinstance(head, FetchFailed):
            return head
    return FetchFailed(f"{where}@{digest} is not there (404), although its build pushed it")
