"""What a repository holds: its tags, and the parts of one image, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tagmatrix.registry.distribution import there
from tagmatrix.registry.image_facts import configuration
from tagmatrix.registry.parallel import for_each
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor, Document
    from tagmatrix.registry.parallel import Progress
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One image for one platform.

    Attributes:
        digest: the digest of its manifest.
        platform: its platform, in OCI's words.
        os_version: the Windows build; empty for others.
        size: the bytes of its compressed layers.
        created: when it was made, in its own words.
        labels: its labels.
        annotations: those of its descriptor in the index.
        layers: its layers: digest, type and size.
    """

    digest: str
    platform: str
    os_version: str
    size: int
    created: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    layers: tuple[Descriptor, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "digest": self.digest,
            "platform": self.platform,
            "os_version": self.os_version or None,
            "size": self.size,
            "created": self.created or None,
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
            "layers": [
                {"digest": each.digest, "media_type": each.media_type, "size": each.size}
                for each in self.layers
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A tag or a digest with its images.

    Attributes:
        digest: its digest.
        media_type: its type: an index, or a manifest.
        annotations: those of the index.
        images: its images, in their order.
        attestations: how many of its members are about other members.
    """

    digest: str
    media_type: str
    annotations: Mapping[str, str]
    images: tuple[Shown, ...]
    attestations: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "digest": self.digest,
            "media_type": self.media_type,
            "annotations": dict(self.annotations),
            "attestations": self.attestations,
            "images": [image.to_json() for image in self.images],
        }


def listing(
    registry: Registry, repository: RegistryRepository, progress: Progress = None
) -> Answer[dict[str, Answer[Detail]]]:
    """Return the tags of a repository, each with its images; each digest is read once."""
    names = registry.tags(repository)
    if not isinstance(names, Found):
        return names
    heads = for_each(partial(registry.head, repository), names.value, progress)
    digests = [head.value.digest for head in heads.values() if isinstance(head, Found)]
    known = for_each(partial(detail, registry, repository), digests)
    found: dict[str, Answer[Detail]] = {}
    for name, head in heads.items():
        found[name] = known[head.value.digest] if isinstance(head, Found) else head
    return Found(found)


def detail(registry: Registry, repository: RegistryRepository, name: str) -> Answer[Detail]:
    """Return a tag or a digest with its images."""
    answer = registry.manifest(repository, name)
    if not isinstance(answer, Found):
        return answer
    document = answer.value
    if not document.is_index:
        image = _shown(registry, repository, document, None)
        if not isinstance(image, Found):
            return image
        return Found(_detail(document, (image.value,)))
    images: list[Shown] = []
    for member in document.images:
        child = registry.document(repository, member.digest)
        if not isinstance(child, Found):
            return child
        image = _shown(registry, repository, child.value, member)
        if not isinstance(image, Found):
            return there(image)
        images.append(image.value)
    return Found(_detail(document, tuple(images)))


def _detail(document: Document, images: tuple[Shown, ...]) -> Detail:
    return Detail(
        digest=document.digest,
        media_type=document.media_type,
        annotations=document.annotations if document.is_index else {},
        images=images,
        attestations=len(document.members) - len(document.images),
    )


def _shown(
    registry: Registry,
    repository: RegistryRepository,
    document: Document,
    member: Descriptor | None,
) -> Answer[Shown]:
    if document.config is None:
        what = f"{repository}@{document.digest}"
        return FetchFailed(f"{what}: an index inside an index", permanent=True)
    answer = configuration(registry, repository, document)
    if not isinstance(answer, Found):
        return answer
    config = answer.value
    platform = member.platform if member and member.platform else config.platform
    return Found(
        Shown(
            digest=document.digest,
            platform=str(platform),
            os_version=platform.os_version,
            size=sum(layer.size for layer in document.layers),
            created=config.created,
            labels=config.labels,
            annotations=member.annotations if member else document.annotations,
            layers=document.layers,
        )
    )
