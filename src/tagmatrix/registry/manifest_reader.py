"""Read manifests, indexes and platforms from the JSON that registries send."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tagmatrix import references
from tagmatrix.registry.image_manifests import (
    INDEXES,
    MANIFESTS,
    Descriptor,
    Document,
    Platform,
    digest_of,
)
from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_word: Final = re.compile(r"[A-Za-z0-9._-]{0,64}").fullmatch


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
