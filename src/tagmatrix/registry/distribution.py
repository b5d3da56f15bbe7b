"""Manifests and tags of a registry: read, write, remove.

Each question has three answers: found, not there, failed. `blobs` has blobs, `referrers` what
refers to a manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar

from tagmatrix import references
from tagmatrix.registry import pagination
from tagmatrix.registry.digest_cache import NOTHING
from tagmatrix.registry.image_manifests import ACCEPT, LARGEST, Descriptor, digest_of
from tagmatrix.registry.manifest_reader import json_object, read_document
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError, as_failure
from tagmatrix.web.results import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.registry.digest_cache import DigestCache
    from tagmatrix.registry.image_manifests import (
        Document,
    )
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.registry.session import Session
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.results import Reply

T = TypeVar("T")
_GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_PAGE: Final = 1000
_PUSHED: Final = "pull,push"


@dataclass(frozen=True)
class Registry:
    """Asks registries, and keeps their answers by digest; safe to use from several threads."""

    session: Session
    kept: DigestCache = NOTHING

    def head(self, repository: RegistryRepository, name: str) -> Answer[Descriptor]:
        """Return the descriptor of a tag or a digest. A HEAD does not count against limits."""
        request = Request(
            url=self._manifest(repository, name), method="HEAD", headers={"Accept": ACCEPT}
        )
        reply = self.session.send(repository, request)
        if isinstance(reply, FetchFailed):
            return reply
        digest = reply.headers.get("docker-content-digest", "")
        size = reply.headers.get("content-length", "")
        complete = references.is_digest(digest) and size.isascii() and size.isdigit()
        if reply.status == HTTPStatus.METHOD_NOT_ALLOWED or (
            reply.status == HTTPStatus.OK and not complete
        ):
            return _map(self.manifest(repository, name), lambda found: found.descriptor)
        if reply.status != HTTPStatus.OK:
            return self._absent(repository, name, reply)
        if references.is_digest(name) and digest != name:
            return FetchFailed(f"{_at(repository, name)}: the registry names another digest")
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Found(Descriptor(media_type=kind, digest=digest, size=int(size[:12])))

    def manifest(self, repository: RegistryRepository, name: str) -> Answer[Document]:
        """Return the manifest or index of a tag or a digest; one that is kept is not requested."""
        if references.is_digest(name) and (content := self.kept.get(name)) is not None:
            try:
                return Found(read_document(content, digest=name))
            except UnreadableError as error:
                return FetchFailed(f"{_at(repository, name)}: {error}", permanent=True)
        request = Request(url=self._manifest(repository, name), headers={"Accept": ACCEPT})
        reply = self.session.send(repository, request, counted=True)
        if isinstance(reply, FetchFailed):
            return reply
        if reply.status != HTTPStatus.OK:
            return self._absent(repository, name, reply)
        return self._document(repository, name, reply)

    def document(self, repository: RegistryRepository, digest: str) -> Answer[Document]:
        """Return the manifest of a digest that something names: its absence is a failure too."""
        return there(self.manifest(repository, digest))

    def put(self, repository: RegistryRepository, name: str, document: Document) -> Answer[str]:
        """Push a manifest or an index as a tag or a digest, and return its digest."""
        request = Request(
            url=self._manifest(repository, name),
            method="PUT",
            headers={"Content-Type": document.media_type},
            body=document.raw,
        )
        reply = self.session.send(repository, request, actions=_PUSHED)
        if isinstance(reply, FetchFailed):
            return reply
        if reply.status not in {HTTPStatus.CREATED, HTTPStatus.OK, HTTPStatus.ACCEPTED}:
            return self.session.failed(_at(repository, name), reply)
        given = reply.headers.get("docker-content-digest", document.digest)
        if given != document.digest:
            return FetchFailed(f"{_at(repository, name)}: the registry stored another digest")
        self.kept.put(document.digest, document.raw)
        return Found(document.digest)

    def delete(self, repository: RegistryRepository, name: str) -> Answer[None]:
        """Remove a tag, or a digest with all its tags."""
        request = Request(url=self._manifest(repository, name), method="DELETE")
        reply = self.session.send(repository, request, actions="pull,push,delete")
        if isinstance(reply, FetchFailed):
            return reply
        if reply.status in {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}:
            return Found(None)
        return self._absent(repository, name, reply)

    def tags(self, repository: RegistryRepository) -> Answer[tuple[str, ...]]:
        """Return all tags, page by page, in the registry's order."""
        first = self.session.url(repository, f"tags/list?n={_PAGE}")
        found: dict[str, None] = {}
        for page in pagination.pages(self.session, repository, first):
            if isinstance(page, FetchFailed):
                return page
            if page.status != HTTPStatus.OK:
                return self._absent(repository, "", page)
            try:
                found.update(dict.fromkeys(_tags(page.content)))
            except UnreadableError as error:
                return FetchFailed(f"{repository}: the list of tags can't be read: {error}")
        return Found(tuple(found))

    def _manifest(self, repository: RegistryRepository, name: str) -> str:
        if not (references.is_tag(name) or references.is_digest(name)):
            raise ValueError(f"neither a tag nor a digest: {name!r}")  # callers have checked it
        return self.session.url(repository, f"manifests/{name}")

    def _absent(self, repository: RegistryRepository, name: str, reply: Reply) -> Answer[T]:
        """Return the answer of a status that is not 200: not there, or failed.

        Any web server answers 404. So the registry must be one, or nothing is known.
        """
        what = _at(repository, name)
        if reply.status not in _GONE:
            return self.session.failed(what, reply)
        if self.session.is_registry(repository):
            return NotPublished(f"{what} is not there ({reply.status})")
        return FetchFailed(f"{what}: {repository.host} is not a registry: it has no /v2/")

    def _document(
        self, repository: RegistryRepository, name: str, reply: Reply
    ) -> Answer[Document]:
        """Return the manifest in an answer, if it is the one that was requested."""
        what = _at(repository, name)
        if reply.size > LARGEST:
            return FetchFailed(f"{what}: is larger than {LARGEST:,} bytes", permanent=True)
        said = reply.headers.get("docker-content-digest", "")
        known = name if references.is_digest(name) else said if references.is_digest(said) else ""
        digest = digest_of(reply.content, known or "sha256:")
        if known and known != digest:
            why = f"the registry sent other bytes than those of {known}"
            return FetchFailed(f"{what}: {why}", alarm=True)
        try:
            kind = reply.headers.get("content-type", "")
            found = read_document(reply.content, kind, digest)
        except UnreadableError as error:
            return FetchFailed(f"{what}: {error}", permanent=True)
        self.kept.put(digest, reply.content)
        return Found(found)


def there(answer: Answer[T]) -> Answer[T]:
    """Return an answer about what something names: its absence is a failure."""
    return as_failure(answer) if isinstance(answer, NotPublished) else answer


def _map(answer: Answer[Document], take: Callable[[Document], T]) -> Answer[T]:
    return Found(take(answer.value)) if isinstance(answer, Found) else answer


def _tags(content: bytes) -> list[str]:
    value = json_object(content)
    if "tags" not in value:  # another document, such as errors with the status 200
        raise UnreadableError("its list of tags has no key `tags`")
    names = value["tags"] or []  # some registries say null for an empty list
    if not isinstance(names, list) or not all(
        isinstance(name, str) and references.is_tag(name) for name in names
    ):
        raise UnreadableError("its list of tags has entries that are not tags")
    return names


def _at(repository: RegistryRepository, name: str) -> str:
    if not name:
        return str(repository)
    return f"{repository}{'@' if ':' in name else ':'}{name}"
