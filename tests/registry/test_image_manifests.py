"""Manifests and indexes: what is read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tagmatrix.registry.image_manifests import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST
from tagmatrix.registry.manifest_reader import read_document
from tagmatrix.web.answers import UnreadableError

DIGEST = f"sha256:{'0' * 64}"
CHILD = {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": 1}
INDEX = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [CHILD]}
MANIFEST = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": CHILD, "layers": [CHILD]}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (INDEX, ""),
        (INDEX, f"{OCI_INDEX}; charset=utf-8"),
        ({**INDEX, "mediaType": DOCKER_LIST}, "application/octet-stream"),
        ({"schemaVersion": 2, "manifests": None}, OCI_INDEX),
        (MANIFEST, OCI_MANIFEST),
        ({**MANIFEST, "mediaType": DOCKER_MANIFEST, "layers": None}, DOCKER_MANIFEST),
    ],
)
def test_documents(value: dict[str, Any], kind: str) -> None:
    """The media type of the document counts, or else that of the server."""
    found = read_document(json.dumps(value).encode(), kind)
    assert found.is_index is ("manifests" in value)
    assert found.descriptor.digest == found.digest


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([], ""),
        ("x", ""),
        ({}, ""),
        ({"schemaVersion": 1}, "application/vnd.docker.distribution.manifest.v1+json"),
        (INDEX, OCI_MANIFEST),
        ({**INDEX, "schemaVersion": 1}, ""),
        ({**INDEX, "layers": []}, ""),
        ({**INDEX, "mediaType": OCI_MANIFEST}, ""),
        ({**INDEX, "mediaType": 3}, ""),
        ({**INDEX, "manifests": {}}, ""),
        ({**INDEX, "manifests": [3]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "digest": "x"}]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "digest": 3}]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "size": -1}]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "size": True}]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "platform": "linux"}]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "platform": {"os": "a\x1b[31m"}}]}, ""),
        ({**INDEX, "manifests": [{**CHILD, "annotations": {"a": 3}}]}, ""),
        ({**INDEX, "annotations": []}, ""),
        ({**MANIFEST, "config": None}, ""),
    ],
)
def test_refused(value: object, kind: str) -> None:
    """What is neither an index nor a manifest, or both, or has values of wrong types."""
    with pytest.raises(UnreadableError):
        read_document(json.dumps(value).encode(), kind)
