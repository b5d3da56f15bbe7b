"""Make indexes and manifests of artifacts: the bytes that are pushed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.registry.image_manifests import (
    OCI_EMPTY,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    digest_of,
)
from tagmatrix.registry.manifest_reader import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.registry.image_manifests import (
        Document,
    )

EMPTY: Final = b"{}"
"""The content of the configuration and of the layer that artifacts have."""
EMPTY_DESCRIPTOR: Final = Descriptor(media_type=OCI_EMPTY, digest=digest_of(EMPTY), size=len(EMPTY))


def index(
    members: Iterable[Descriptor],
    annotations: Mapping[str, str] | None = None,
    media_type: str = OCI_INDEX,
) -> Document:
    """Return an index of members, in their order."""
    value: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "manifests": [member.to_json() for member in members],
    }
    return _document(value, annotations)


def artifact(artifact_type: str, subject: Descriptor, annotations: Mapping[str, str]) -> Document:
    """Return the manifest of an artifact without content, which refers to a subject.

    https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
    """
    value: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": artifact_type,
        "config": EMPTY_DESCRIPTOR.to_json(),
        "layers": [EMPTY_DESCRIPTOR.to_json()],
        "subject": subject.to_json(),
    }
    return _document(value, annotations)


def _document(value: dict[str, Any], annotations: Mapping[str, str] | None) -> Document:
    if annotations:
        value["annotations"] = dict(sorted(annotations.items()))
    return read_document(json.dumps(value, indent=2).encode())
