"""Requests to registries: addresses, credentials, limits of a registry, and its errors."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import structs

from tagmatrix.registry.authority import Authority
from tagmatrix.registry.repositories import is_loopback
from tagmatrix.web.addresses import origin, shown
from tagmatrix.web.answers import FetchFailed
from tagmatrix.web.results import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.registry.credentials import Logins
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.client import Client

ADVICE: Final = "set `allow_http: true` for this registry in `publish: registries`"
_IDENTITY: Final = {"Accept-Encoding": "identity"}
_UNAUTHORIZED: Final = 401
_KNOWN: Final = {200, 401, 403}
_MOST_ERRORS: Final = 3


@dataclass
class Session:
    """Sends requests to registries; safe to use from several threads.

    Attributes:
        client: sends each request, with retries.
        logins: where the credentials are.
        allow_http: the hosts besides loopback that may use http.
    """

    client: Client
    logins: Logins
    allow_http: Collection[str] = ()
    _used_up: set[str] = field(default_factory=set)
    _registries: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the client use http where a registry may."""
        self._allowed = {host.lower() for host in self.allow_http}
        self.client = replace(self.client, plain=self._plain, advice=ADVICE)

    def _plain(self, server: str) -> bool:
        """Return whether a host may use http: on loopback, or if it is allowed."""
        return server.lower() in self._allowed or is_loopback(server)

    @cached_property
    def authority(self) -> Authority:
        """Return what knows the Authorization headers."""
        return Authority(self.client, self.logins, self._plain)

    def url(self, repository: RegistryRepository, path: str) -> str:
        """Return the address of something in a repository."""
        return f"{self.scheme(repository)}://{repository.address}/{path}"

    def scheme(self, repository: RegistryRepository) -> str:
        """Return http for a registry that may use it, else https."""
        return "http" if self._plain(repository.server) else "https"

    def send(
        self,
        repository: RegistryRepository,
        request: Request,
        *,
        actions: str = "pull",
        also: tuple[RegistryRepository, ...] = (),
        counted: bool = False,
        file: bool = False,
    ) -> Reply | FetchFailed:
        """Send a request, with the credentials that the registry asks for.

        Args:
            repository: the repository.
            request: the request; its address may be on another host, which gets no credentials.
            actions: what the token must allow.
            also: other repositories of the registry that must be readable.
            counted: whether registries count this request, and limit the number.
            file: see Client.send.
        """
        server = repository.server
        if counted and server in self._used_up:
            why = "the registry's limit of requests is used up (ratelimit-remaining: 0)"
            return FetchFailed(f"{repository}: {why}; try again later, or log in")
        scopes = (
            f"repository:{repository.path}:{actions}",
            *(f"repository:{other.path}:pull" for other in also),
        )
        ours = origin(request.url)[1] == origin(self.url(repository, ""))[1]
        for _ in range(3):
            held = self.authority.header(repository, scopes) if ours else {}
            headers = {**_IDENTITY, **request.headers, **held}
            reply = self.client.send(replace(request, headers=headers), file=file)
            if isinstance(reply, FetchFailed):
                return structs.replace(reply, reason=self._shown(reply.reason, request.url))
            self._note_limit(server, reply)
            if reply.status != _UNAUTHORIZED or not ours:
                return reply
            challenge = reply.headers.get("www-authenticate", "")
            used = held.get("Authorization", "")
            if failed := self.authority.answer(repository, scopes, challenge, used):
                return failed
        why = "answers 401 again and again: it accepts no token of its own token server"
        return FetchFailed(f"{repository}: {why}", permanent=True)

    def is_registry(self, repository: RegistryRepository) -> bool:
        """Return whether a server is a registry: it knows /v2/, even if it asks for credentials."""
        server = repository.server
        if server not in self._registries:
            address = f"{self.scheme(repository)}://{server}/v2/"
            reply = self.send(repository, Request(url=address))
            known = isinstance(reply, Reply) and reply.status in _KNOWN
            self._registries[server] = known or (
                # it asked for credentials in the way that registries do
                isinstance(reply, FetchFailed) and reply.permanent
            )
        return self._registries[server]

    def failed(self, what: str, reply: Reply) -> FetchFailed:
        """Return the failure of an answer whose status is not the expected one."""
        words = _errors(reply.content)
        details = f": {words}" if words else ""
        reason = self.authority.hidden(f"{what}: answered {reply.status}{details}")
        return FetchFailed(reason, permanent=True)

    def _note_limit(self, server: str, reply: Reply) -> None:
        """Note whether a registry's limit is used up.

        https://docs.docker.com/docker-hub/usage/pulls/ has the header.
        """
        if match := re.match(r"\s*(\d{1,9})", reply.headers.get("ratelimit-remaining", "")):
            (self._used_up.discard if int(match[1]) else self._used_up.add)(server)

    def _shown(self, reason: str, url: str) -> str:
        """Return a reason without the query of the address, which may be a secret of uploads."""
        return self.authority.hidden(reason.replace(shown(url), shown(url.partition("?")[0])))


def _errors(content: bytes) -> str:
    """Return the codes of the registry's errors; its messages may repeat what it was sent.

    https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
    """
    try:
        codes = [str(each["code"]) for each in json.loads(content)["errors"][:_MOST_ERRORS]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return ", ".join(code for code in codes if re.fullmatch(r"[A-Z][A-Z_]{1,40}", code))
