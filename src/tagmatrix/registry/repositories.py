"""Repositories of registries: their names, their addresses, and the key of their credentials."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix import references
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from tagmatrix.references import Reference

HUB: Final = "docker.io"
_HUB_LOGIN: Final = "https://index.docker.io/v1/"


class RegistryRepository(Struct, frozen=True):
    """A repository of a registry; `str` is its name in messages and in references.

    >>> str(RegistryRepository.of(references.parse("debian")))
    'docker.io/library/debian'
    >>> RegistryRepository("ghcr.io", "me/python").server
    'ghcr.io'
    """

    host: str
    path: str

    @classmethod
    def of(cls, reference: Reference) -> RegistryRepository:
        """Return the repository of a name; a name without a host is on Docker Hub."""
        if reference.host not in references.HUB_NAMES:
            return cls(reference.host.lower(), reference.path)
        path = reference.path if "/" in reference.path else f"library/{reference.path}"
        return cls(HUB, path)

    @property
    def server(self) -> str:
        """Return the host, with its port, that answers requests."""
        return references.HUB_SERVER if self.host == HUB else self.host

    @property
    def login(self) -> str:
        """Return the key of the registry's credentials in docker's configuration."""
        return _HUB_LOGIN if self.host == HUB else self.host

    @property
    def address(self) -> str:
        """Return its address below which manifests, blobs and tags are, without the scheme."""
        return f"{self.server}/v2/{self.path}"

    def __str__(self) -> str:
        return f"{self.host}/{self.path}"


def repository(text: str) -> RegistryRepository:
    """Return the repository that a text names. Raises InputError, also for a tag or a digest."""
    named = reference(text)
    if named.tag or named.digest:
        raise InputError(f"{text}: expected a repository, without a tag and without a digest")
    return RegistryRepository.of(named)


def reference(text: str) -> Reference:
    """Return the parts of an image's name. Raises InputError."""
    try:
        return references.parse(text)
    except ValueError as error:
        raise InputError(str(error)) from None


@lru_cache
def is_loopback(server: str) -> bool:
    """Return whether a host, which may have a port, is this machine's own.

    >>> is_loopback("localhost:5000"), is_loopback("127.0.0.9"), is_loopback("[::1]:5000")
    (True, True, True)
    >>> is_loopback("127.0.0.1.example.org"), is_loopback("registry:5000")
    (False, False)
    """
    host = hostname(server)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def hostname(server: str) -> str:
    """Return a host without its port, in lower case."""
    host, colon, port = server.lower().rpartition(":")
    return host if colon and port.isdigit() else server.lower()
