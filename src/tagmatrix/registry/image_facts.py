"""The facts of an image in a registry: its platforms, and which build each one is.

Annotations of an index come first; only where it has none, the labels of its images count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from tagmatrix.registry import blobs
from tagmatrix.registry.joins import KEY
from tagmatrix.registry.manifest_reader import json_object, platform_of
from tagmatrix.web.answers import FetchFailed, Found, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor, Document, Platform
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

REVISION: Final = "org.opencontainers.image.revision"
VERSION: Final = "org.opencontainers.image.version"
BASE_NAME: Final = "org.opencontainers.image.base.name"
BASE_DIGEST: Final = "org.opencontainers.image.base.digest"
_time: Final = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]{8,20}(?:Z|[+-]\d\d:\d\d)", re.ASCII).fullmatch


class Configuration(Struct, frozen=True, kw_only=True):
    """What the configuration of an image says: its platform, when it was made, its labels."""

    platform: Platform
    created: str
    labels: Mapping[str, str] = field(default_factory=dict)


class Part(Struct, frozen=True, kw_only=True):
    """One image of a tag.

    Attributes:
        digest: the digest of its manifest.
        platform: its platform.
        annotations: those of its descriptor, above those of the index.
    """

    digest: str
    platform: Platform
    annotations: Mapping[str, str]

    @property
    def architecture(self) -> str:
        """Return its architecture, in official-images' words where there is one."""
        return self.platform.word

    @property
    def revision(self) -> str:
        """Return the commit that it was built from; empty if it is not known."""
        return self.annotations.get(REVISION, "")

    @property
    def version(self) -> str:
        """Return its version; empty if it is not known."""
        return self.annotations.get(VERSION, "")

    @property
    def key(self) -> str:
        """Return the key of its build; empty if it is not known."""
        return self.annotations.get(KEY, "")


class ImageFacts(Struct, frozen=True, kw_only=True):
    """The images of a digest; none if its index is empty."""

    digest: str
    parts: tuple[Part, ...]
    is_index: bool = True


def facts(registry: Registry, repository: RegistryRepository, digest: str) -> Answer[ImageFacts]:
    """Return the facts of a digest that the repository has; its absence is a failure."""
    answer = registry.document(repository, digest)
    if not isinstance(answer, Found):
        return answer
    document = answer.value
    if not document.is_index:
        return _single(registry, repository, document)
    parts: list[Part] = []
    for member in document.images:
        part = _part(registry, repository, member, document.annotations)
        if not isinstance(part, Found):
            return part
        parts.append(part.value)
    if parts and not any(part.revision or part.version for part in parts):
        labelled = _with_labels(registry, repository, parts)
        if not isinstance(labelled, Found):
            return labelled
        parts = labelled.value
    return Found(ImageFacts(digest=digest, parts=tuple(parts)))


def configuration(
    registry: Registry, repository: RegistryRepository, document: Document
) -> Answer[Configuration]:
    """Return what the configuration of an image says."""
    if document.config is None:
        return FetchFailed(f"{repository}@{document.digest}: an index, not an image")
    answer = blobs.read(registry, repository, document.config)
    if not isinstance(answer, Found):
        return answer
    try:
        return Found(_read_configuration(answer.value))
    except UnreadableError as error:
        return FetchFailed(f"{repository}@{document.config.digest}: {error}", permanent=True)


def _configuration_of(
    registry: Registry, repository: RegistryRepository, digest: str
) -> Answer[Configuration]:
    image = registry.document(repository, digest)
    return configuration(registry, repository, image.value) if isinstance(image, Found) else image


def _read_configuration(content: bytes) -> Configuration:
    value = json_object(content)
    inner = value.get("config") or {}
    labels = (inner.get("Labels") if isinstance(inner, dict) else None) or {}
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        raise UnreadableError("the labels are not a mapping of texts")
    created = value.get("created")
    return Configuration(
        platform=platform_of(value),
        created=created if isinstance(created, str) and _time(created) else "",
        labels=labels,
    )


def _single(
    registry: Registry, repository: RegistryRepository, document: Document
) -> Answer[ImageFacts]:
    """Return the facts of an image without an index: those of its configuration."""
    answer = configuration(registry, repository, document)
    if not isinstance(answer, Found):
        return answer
    annotations = {**answer.value.labels, **document.annotations}
    part = Part(digest=document.digest, platform=answer.value.platform, annotations=annotations)
    return Found(ImageFacts(digest=document.digest, parts=(part,), is_index=False))


def _part(
    registry: Registry, repository: RegistryRepository, member: Descriptor, above: Mapping[str, str]
) -> Answer[Part]:
    """Return the facts of a member; one without a platform has it in its configuration."""
    annotations = {**above, **member.annotations}
    if member.platform is not None:
        return Found(Part(digest=member.digest, platform=member.platform, annotations=annotations))
    answer = _configuration_of(registry, repository, member.digest)
    if not isinstance(answer, Found):
        return answer
    platform = answer.value.platform
    return Found(Part(digest=member.digest, platform=platform, annotations=annotations))


def _with_labels(
    registry: Registry, repository: RegistryRepository, parts: list[Part]
) -> Answer[list[Part]]:
    """Return images with the labels of the first one, because their index has no annotations."""
    answer = _configuration_of(registry, repository, parts[0].digest)
    if not isinstance(answer, Found):
        return answer
    labels = answer.value.labels
    return Found([replace(part, annotations={**labels, **part.annotations}) for part in parts])
