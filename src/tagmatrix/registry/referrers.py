"""What refers to a manifest: by the registry's API, or by the fallback tag where it has none.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from tagmatrix.registry import blobs, new_manifests, pagination
from tagmatrix.registry.image_manifests import OCI_INDEX
from tagmatrix.registry.manifest_reader import read_document
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError, as_failure

if TYPE_CHECKING:
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor, Document
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

_NO_API: Final = {
    HTTPStatus.BAD_REQUEST,  # some registries take the path for another one
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
}
_LONGEST_TAG: Final = 128
# cosign appends .sig, .att and .sbom
_fallback: Final = re.compile(r"sha(?:256-[0-9a-f]{64}|512-[0-9a-f]{121})(?:\..*)?").fullmatch


class Referrers(Struct, frozen=True):
    """The descriptors of what refers to a digest; `api`: the registry listed them itself."""

    descriptors: tuple[Descriptor, ...]
    api: bool


def fallback_tag(digest: str) -> str:
    """Return the tag that lists the referrers of a digest where the registry has no API for it.

    >>> fallback_tag("sha256:" + "0" * 64)[:12]
    'sha256-00000'
    """
    return digest.replace(":", "-", 1)[:_LONGEST_TAG]


def is_fallback_tag(tag: str) -> bool:
    """Return whether a tag lists referrers, or is of a tool that stores signatures like that.

    >>> is_fallback_tag("sha256-" + "0" * 64 + ".sig"), is_fallback_tag("3.14")
    (True, False)
    """
    return _fallback(tag) is not None


def referrers(registry: Registry, repository: RegistryRepository, digest: str) -> Answer[Referrers]:
    """Return all manifests that refer to a digest; none if there are none."""
    first = registry.session.url(repository, f"referrers/{digest}")
    found: list[Descriptor] = []
    for page in pagination.pages(registry.session, repository, first, accept=OCI_INDEX):
        if isinstance(page, FetchFailed):
            return page
        if page.status in _NO_API:
            return _by_tag(registry, repository, digest)
        if page.status != HTTPStatus.OK:
            return registry.session.failed(f"{repository}@{digest}: referrers", page)
        try:
            found += read_document(page.content, OCI_INDEX).members
        except UnreadableError as error:
            return FetchFailed(f"{repository}@{digest}: referrers: {error}")
    return Found(Referrers(tuple(found), api=True))


def _by_tag(registry: Registry, repository: RegistryRepository, digest: str) -> Answer[Referrers]:
    listed = registry.manifest(repository, fallback_tag(digest))
    if isinstance(listed, NotPublished):
        return Found(Referrers((), api=False))
    if isinstance(listed, FetchFailed):
        return listed
    return Found(Referrers(listed.value.members, api=False))


def attach(registry: Registry, repository: RegistryRepository, artifact: Document) -> Answer[str]:
    """Push an artifact that refers to a subject, list it, and return its digest."""
    subject = artifact.subject
    if subject is None:
        raise ValueError("the artifact refers to nothing")
    known = referrers(registry, repository, subject.digest)
    if not isinstance(known, Found):
        return as_failure(known)
    empty = blobs.upload(
        registry.session, repository, new_manifests.EMPTY_DESCRIPTOR, new_manifests.EMPTY
    )
    if not isinstance(empty, Found):
        return as_failure(empty)
    pushed = registry.put(repository, artifact.digest, artifact)
    if not isinstance(pushed, Found) or known.value.api:
        return pushed
    own = replace(
        artifact.descriptor,
        artifact_type=artifact.artifact_type,
        annotations=artifact.annotations,
    )
    others = [each for each in known.value.descriptors if each.digest != own.digest]
    listed = registry.put(
        repository, fallback_tag(subject.digest), new_manifests.index([*others, own])
    )
    return pushed if isinstance(listed, Found) else listed
