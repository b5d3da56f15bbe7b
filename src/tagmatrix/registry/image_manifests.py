"""Manifests and indexes of images, as registries have them.

https://github.com/opencontainers/image-spec/blob/main/image-index.md describes indexes,
manifest.md beside it manifests. Docker's own media types have the same form.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from tagmatrix import references
from tagmatrix.errors import InputError
from tagmatrix.manifest.architecture_names import named
from tagmatrix.web.answers import UnreadableError

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
"""Types that this module does not read. They are there all the same."""
ACCEPT: Final = ", ".join((*INDEXES, *MANIFESTS, *OTHERS))
"""All types: for a type that a HEAD does not accept, some registries answer 404."""
LARGEST: Final = 4 * 1024 * 1024
"""The largest manifest, in bytes, that registries must accept."""
ATTESTATION: Final = "vnd.docker.reference.type"
"""The annotation of a descriptor whose manifest is about another image of the index."""
ATTESTED: Final = "vnd.docker.reference.digest"
_word: Final = re.compile(r"[A-Za-z0-9._-]{0,64}").fullmatch


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


def read_document(raw: bytes, media_type: str = "", digest: str = "") -> Document:
    """Return the index or manifest that bytes are.

    Args:
        raw: the bytes.
        media_type: what the server said that they are; may be empty.
        digest: their digest, if it is known.

    Raises:
        UnreadableError: they are neither, or both, or have values of wrong types.
    """
    value = json_object(raw)
    own = value.get("mediaType") or ""
    said = media_type.partition(";")[0].strip().lower()
    kind = own if isinstance(own, str) and own else said
    if kind not in (*INDEXES, *MANIFESTS) or (said in (*INDEXES, *MANIFESTS) and said != kind):
        raise UnreadableError(f"unknown type of manifest: {_short(kind or said)}")
    is_index = kind in INDEXES
    if value.get("schemaVersion") != 2 or ("manifests" in value) != is_index:  # noqa: PLR2004 (the only version)
        raise UnreadableError("neither an index nor a manifest of version 2")
    if is_index and ("layers" in value or "config" in value):
        raise UnreadableError("both an index and a manifest")
    return Document(
        raw=raw,
        digest=digest or digest_of(raw),
        media_type=kind,
        members=tuple(map(_descriptor, _list(value, "manifests"))) if is_index else (),
        config=None if is_index else _descriptor(value.get("config")),
        layers=() if is_index else tuple(map(_descriptor, _list(value, "layers"))),
        annotations=_texts(value, "annotations"),
        artifact_type=_text(value, "artifactType"),
        subject=_descriptor(value["subject"]) if value.get("subject") is not None else None,
    )


def json_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that bytes hold. Raises UnreadableError."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnreadableError("not JSON") from None
    if not isinstance(value, dict):
        raise UnreadableError("not a JSON object")
    return value


def _descriptor(value: object) -> Descriptor:
    if not isinstance(value, dict):
        raise UnreadableError("a descriptor is not an object")
    digest, size = _text(value, "digest"), value.get("size")
    if not references.is_digest(digest):
        raise UnreadableError("a descriptor has no valid digest")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise UnreadableError("a descriptor has no valid size")
    return Descriptor(
        media_type=_text(value, "mediaType"),
        digest=digest,
        size=size,
        platform=_platform(value["platform"]) if value.get("platform") is not None else None,
        annotations=_texts(value, "annotations"),
        artifact_type=_text(value, "artifactType"),
    )


def _platform(value: object) -> Platform:
    if not isinstance(value, dict):
        raise UnreadableError("a platform is not an object")
    return platform_of(value)


def platform_of(value: Mapping[str, object]) -> Platform:
    """Return the platform that a descriptor or a configuration names. Raises UnreadableError."""
    words = [_text(value, key) for key in ("os", "architecture", "variant", "os.version")]
    if not all(map(_word, words)):
        raise UnreadableError("a platform has other characters than letters, digits and . _ -")
    system, architecture, variant, version = words
    return Platform(os=system, architecture=architecture, variant=variant, os_version=version)


def _list(value: Mapping[str, object], key: str) -> list[object]:
    found = value.get(key)
    if found is None:  # Go writes null for an empty list
        return []
    if not isinstance(found, list):
        raise UnreadableError(f"`{key}` is not a list")
    return found


def _text(value: Mapping[str, object], key: str) -> str:
    found = value.get(key)
    if found is not None and not isinstance(found, str):
        raise UnreadableError(f"`{key}` is not a text")
    return found or ""


def _texts(value: Mapping[str, object], key: str) -> Mapping[str, str]:
    found = value.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise UnreadableError(f"`{key}` is not a mapping of texts")
    return found


def _short(text: str) -> str:
    return repr(text[:80])
