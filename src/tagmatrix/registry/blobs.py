"""Blobs of a registry: layers and configurations.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urljoin, urlsplit

from tagmatrix.registry.image_manifests import LARGEST, digest_of
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.results import Request

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.registry.session import Session
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.results import Reply

_PUSHED: Final = "pull,push"
_UPLOADS: Final = "blobs/uploads/"


def exists(session: Session, repository: RegistryRepository, digest: str) -> Answer[bool]:
    """Return whether a repository has a blob."""
    request = Request(url=session.url(repository, f"blobs/{digest}"), method="HEAD")
    reply = session.send(repository, request, actions=_PUSHED)
    if isinstance(reply, FetchFailed):
        return reply
    if reply.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return session.failed(f"{repository}@{digest}", reply)
    return Found(reply.status == HTTPStatus.OK)


def read(registry: Registry, repository: RegistryRepository, blob: Descriptor) -> Answer[bytes]:
    """Return the bytes of a small blob, such as a configuration."""
    if (content := registry.kept.get(blob.digest)) is not None:
        return Found(content)
    what = f"{repository}@{blob.digest}"
    if blob.size > LARGEST:
        return FetchFailed(f"{what}: is larger than {LARGEST:,} bytes", permanent=True)
    request = Request(url=registry.session.url(repository, f"blobs/{blob.digest}"))
    reply = registry.session.send(repository, request)
    if isinstance(reply, FetchFailed):
        return reply
    if reply.status != HTTPStatus.OK:
        return registry.session.failed(what, reply)
    if digest_of(reply.content, blob.digest) != blob.digest:
        return FetchFailed(f"{what}: the registry sent other bytes than those", alarm=True)
    registry.kept.put(blob.digest, reply.content)
    return Found(reply.content)


def download(
    session: Session, repository: RegistryRepository, blob: Descriptor, file: Path
) -> Answer[None]:
    """Write a blob to a new file."""
    request = Request(url=session.url(repository, f"blobs/{blob.digest}"), into=file)
    reply = session.send(repository, request, file=True)
    if isinstance(reply, FetchFailed):
        return reply
    what = f"{repository}@{blob.digest}"
    if reply.status != HTTPStatus.OK:
        return session.failed(what, reply)
    given = f"sha256:{reply.sha256}"
    if not blob.digest.startswith("sha256:"):
        import hashlib  # noqa: PLC0415 (other algorithms are rare)

        with file.open("rb") as content:
            algorithm = blob.digest.partition(":")[0]
            given = f"{algorithm}:{hashlib.file_digest(content, algorithm).hexdigest()}"
    if given != blob.digest:
        return FetchFailed(f"{what}: the registry sent other bytes than those", alarm=True)
    return Found(None)


def upload(
    session: Session, repository: RegistryRepository, blob: Descriptor, content: bytes | Path
) -> Answer[None]:
    """Push a blob, unless the repository has it."""
    known = exists(session, repository, blob.digest)
    if not isinstance(known, Found) or known.value:
        return Found(None) if isinstance(known, Found) else known
    begun = _begin(session, repository, {})
    if isinstance(begun, FetchFailed):
        return begun
    return _finish(session, repository, blob, content, begun)


def mount(
    session: Session, repository: RegistryRepository, blob: Descriptor, source: RegistryRepository
) -> Answer[bool]:
    """Let a repository share a blob of another one of its registry; return whether it could."""
    known = exists(session, repository, blob.digest)
    if not isinstance(known, Found) or known.value:
        return known
    query = {"mount": blob.digest, "from": source.path}
    reply = _begin(session, repository, query, source)
    if isinstance(reply, FetchFailed):
        return reply
    return Found(reply.status == HTTPStatus.CREATED)


def _begin(
    session: Session,
    repository: RegistryRepository,
    query: dict[str, str],
    *also: RegistryRepository,
) -> Reply | FetchFailed:
    """Begin an upload; the answer to a mount may say that there is nothing to upload."""
    address = session.url(repository, _UPLOADS)
    url = f"{address}?{urlencode(query)}" if query else address
    request = Request(url=url, method="POST", headers={"Content-Length": "0"})
    reply = session.send(repository, request, actions=_PUSHED, also=also)
    if isinstance(reply, FetchFailed) or reply.status == HTTPStatus.ACCEPTED:
        return reply
    if query and reply.status == HTTPStatus.CREATED:
        return reply
    return session.failed(f"{repository}: can't begin an upload", reply)


def _finish(
    session: Session,
    repository: RegistryRepository,
    blob: Descriptor,
    content: bytes | Path,
    begun: Reply,
) -> Answer[None]:
    what = f"{repository}@{blob.digest}"
    location = begun.headers.get("location", "")
    if not location:
        return FetchFailed(f"{what}: the registry names no address for the upload")
    target = urljoin(session.url(repository, _UPLOADS), location)
    join = "&" if urlsplit(target).query else "?"
    request = Request(
        url=f"{target}{join}{urlencode({'digest': blob.digest})}",
        method="PUT",
        headers={"Content-Type": "application/octet-stream", "Content-Length": str(blob.size)},
        body=content,
    )
    reply = session.send(repository, request, actions=_PUSHED, file=True)
    # the registry may have the blob although its answer was lost
    known = exists(session, repository, blob.digest)
    if isinstance(known, Found) and known.value:
        return Found(None)
    if isinstance(reply, FetchFailed):
        return reply
    if isinstance(known, NotPublished | FetchFailed):
        return FetchFailed(f"{what}: the registry does not say whether it has the blob")
    return session.failed(what, reply)
