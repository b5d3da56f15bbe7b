"""Manifests and indexes of images, as registries have them.

https://github.com/opencontainers/image-spec/blob/main/image-index.md describes indexes,
manifest.md beside it manifests. Docker's own media types have the same form.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from tagmatrix.errors import InputError
from tagmatrix.manifest.architecture_names import named

if TYPE_CHECKING:
    from collections.abc import Mapping

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
OCI_EMPTY: Final = "application/vnd.oci.empty.v1+json"
DOCKER_LIST: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
INDEXES: Final = (OCI_INDEX, DOCKER_LIST)
MANIFESTS: Final = (OCI_MANIFEST, DOCKER_MANIFEST)
OTHERS: Final = (
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
    "application/vnd.oci.artifact.manifest.v1+json",
)
"""Types that tagmatrix does not read. They are there all the same."""
ACCEPT: Final = ", ".join((*INDEXES, *MANIFESTS, *OTHERS))
"""All types: for a type that a HEAD does not accept, some registries answer 404."""
LARGEST: Final = 4 * 1024 * 1024
"""The largest manifest, in bytes, that registries must accept."""
ATTESTATION: Final = "vnd.docker.reference.type"
"""The annotation of a descriptor whose manifest is about another image of the index."""
ATTESTED: Final = "vnd.docker.reference.digest"


class Platform(Struct, frozen=True, kw_only=True, order=True):
    """A platform in OCI's words.

    >>> str(Platform(os="linux", architecture="arm", variant="v7"))
    'linux/arm/v7'
    """

    os: str
    architecture: str
    variant: str = ""
    os_version: str = ""

    @property
    def word(self) -> str:
        """Return official-images' word for it, or its text if there is none.

        >>> Platform(os="linux", architecture="arm64").word
        'arm64v8'
        """
        try:
            return named(str(self))
        except InputError:
            return str(self)

    def to_json(self) -> dict[str, str]:
        """Return it as JSON."""
        value = {"architecture": self.architecture, "os": self.os}
        extra = {"os.version": self.os_version, "variant": self.variant}
        return value | {name: text for name, text in extra.items() if text}

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(Struct, frozen=True, kw_only=True):
    """What an index or a manifest says of one of its members."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str = ""

    @property
    def is_attestation(self) -> bool:
        """Return whether it is about another image of the index, and so no image itself."""
        unknown = self.platform is not None and self.platform.os == "unknown"
        return ATTESTATION in self.annotations or unknown

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        value: dict[str, Any] = {
            "mediaType": self.media_type,
            "digest": self.digest,
            "size": self.size,
        }
        if self.annotations:
            value["annotations"] = dict(sorted(self.annotations.items()))
        if self.platform:
            value["platform"] = self.platform.to_json()
        if self.artifact_type:
            value["artifactType"] = self.artifact_type
        return value


class Document(Struct, frozen=True, kw_only=True):
    """An index or a manifest, with its bytes.

    Attributes:
        raw: its bytes, which its digest is the hash of.
        members: the descriptors of an index; none for a manifest.
        config: the descriptor of a manifest's configuration; None for an index.
        layers: the descriptors of a manifest's layers.
    """

    raw: bytes
    digest: str
    media_type: str
    members: tuple[Descriptor, ...] = ()
    config: Descriptor | None = None
    layers: tuple[Descriptor, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str = ""
    subject: Descriptor | None = None

    @property
    def is_index(self) -> bool:
        """Return whether it is an index."""
        return self.config is None

    @property
    def images(self) -> tuple[Descriptor, ...]:
        """Return the members of an index that are images: no attestations."""
        return tuple(each for each in self.members if not each.is_attestation)

    def attestations(self, digest: str) -> tuple[Descriptor, ...]:
        """Return the members of an index that are about one of its images."""
        return tuple(
            each
            for each in self.members
            if each.is_attestation and each.annotations.get(ATTESTED) == digest
        )

    @property
    def descriptor(self) -> Descriptor:
        """Return its own descriptor."""
        return Descriptor(media_type=self.media_type, digest=self.digest, size=len(self.raw))


def digest_of(content: bytes, like: str = "sha256:") -> str:
    """Return the digest of bytes, by the algorithm of another digest."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
