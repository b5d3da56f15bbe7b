"""Copy an image from one repository to another: mount its blobs where possible."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.registry import blobs
from tagmatrix.web.answers import Found, NotPublished, as_failure

if TYPE_CHECKING:
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor, Document
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

_NOT_DISTRIBUTED: Final = (".foreign.", ".nondistributable.")
"""Parts of the types of layers that are not in registries, such as those of old Windows bases."""


def copy(
    registry: Registry, source: RegistryRepository, document: Document, target: RegistryRepository
) -> Answer[None]:
    """Put a manifest or an index, with all its parts, into another repository, by digest."""
    if source == target:
        return Found(None)
    known = registry.head(target, document.digest)
    if not isinstance(known, NotPublished):
        return Found(None) if isinstance(known, Found) else known
    for member in document.members:
        child = registry.document(source, member.digest)
        if not isinstance(child, Found):
            return as_failure(child)
        copied = copy(registry, source, child.value, target)
        if not isinstance(copied, Found):
            return copied
    layers = [each for each in document.layers if not _elsewhere(each)]
    for blob in [*layers, *([document.config] if document.config else [])]:
        copied = _blob(registry, source, blob, target)
        if not isinstance(copied, Found):
            return copied
    pushed = registry.put(target, document.digest, document)
    return Found(None) if isinstance(pushed, Found) else as_failure(pushed)


def _blob(
    registry: Registry, source: RegistryRepository, blob: Descriptor, target: RegistryRepository
) -> Answer[None]:
    session = registry.session
    if source.server == target.server:
        mounted = blobs.mount(session, target, blob, source)
        if not isinstance(mounted, Found):
            return as_failure(mounted)
        if mounted.value:
            return Found(None)
    else:
        known = blobs.exists(session, target, blob.digest)
        if not isinstance(known, Found) or known.value:
            return Found(None) if isinstance(known, Found) else as_failure(known)
    with tempfile.TemporaryDirectory(prefix="tagmatrix-") as folder:
        file = Path(folder, "blob")
        fetched = blobs.download(session, source, blob, file)
        if not isinstance(fetched, Found):
            return as_failure(fetched)
        return blobs.upload(session, target, blob, file)


def _elsewhere(layer: Descriptor) -> bool:
    return any(part in layer.media_type for part in _NOT_DISTRIBUTED)
