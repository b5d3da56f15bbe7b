"""Images and indexes for tests: small, and with every part that a registry looks at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.registry.standin import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.registry.standin import Standin

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64 = {"os": "linux", "architecture": "arm64", "variant": "v8"}
ARM7 = {"os": "linux", "architecture": "arm", "variant": "v7"}


def windows(version: str) -> dict[str, str]:
    """Return the platform of a Windows build."""
    return {"os": "windows", "architecture": "amd64", "os.version": version}


def encoded(value: object) -> bytes:
    """Return a value as JSON."""
    return json.dumps(value).encode()


def manifest(config: bytes, layer: bytes) -> bytes:
    """Return the manifest of an image."""
    return encoded(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": sha256(config), "size": len(config)},
            "layers": [{"mediaType": LAYER, "digest": sha256(layer), "size": len(layer)}],
        }
    )


def push_image(
    registry: Standin,
    name: str,
    platform: Mapping[str, str],
    words: str = "",
    labels: Mapping[str, str] | None = None,
    tag: str = "",
) -> dict[str, Any]:
    """Put an image into a registry, and return its descriptor without annotations."""
    config = encoded(
        {
            **platform,
            "created": "2026-11-28T00:00:00Z",
            "config": {"Labels": dict(labels or {})},
            "rootfs": {"type": "layers", "diff_ids": []},
        }
    )
    layer = f"{name} {dict(platform)} {words}".encode()
    registry.add_blob(name, config)
    registry.add_blob(name, layer)
    raw = manifest(config, layer)
    digest = registry.add(name, raw, *([tag] if tag else []))
    return {
        "mediaType": MANIFEST,
        "digest": digest,
        "size": len(raw),
        "platform": dict(platform),
    }


def push_index(
    registry: Standin,
    name: str,
    members: list[dict[str, Any]],
    *tags: str,
    annotations: Mapping[str, str] | None = None,
) -> str:
    """Put an index into a registry under tags, and return its digest."""
    value: dict[str, Any] = {"schemaVersion": 2, "mediaType": INDEX, "manifests": members}
    if annotations:
        value["annotations"] = dict(annotations)
    return registry.add(name, encoded(value), *tags)
