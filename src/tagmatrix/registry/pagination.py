"""Pages of a registry's list, each with the address of the next one in a Link header.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from tagmatrix.web.addresses import origin
from tagmatrix.web.answers import FetchFailed
from tagmatrix.web.results import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.registry.session import Session
    from tagmatrix.web.results import Reply

_link: Final = re.compile(r'<([^>]*)>\s*;[^,<]*\brel\s*=\s*"?next\b').search
_MOST: Final = 10_000
_OK: Final = 200


def pages(
    session: Session, repository: RegistryRepository, first: str, accept: str = "application/json"
) -> Iterator[Reply | FetchFailed]:
    """Yield the pages of a list; the last one may be a failure, or of another status than 200."""
    seen: set[str] = set()
    address = first
    while address:
        if address in seen or len(seen) == _MOST:
            yield FetchFailed(f"{repository}: the pages of its list do not end")
            return
        seen.add(address)
        reply = session.send(repository, Request(url=address, headers={"Accept": accept}))
        yield reply
        if isinstance(reply, FetchFailed) or reply.status != _OK:
            return
        try:
            address = _next(reply, address)
        except ValueError:
            yield FetchFailed(f"{repository}: the next page of its list is on another server")
            return


def _next(reply: Reply, address: str) -> str:
    """Return the address of the next page, empty at the end. Raises ValueError for others'."""
    match = _link(reply.headers.get("link", ""))
    if match is None:
        return ""
    target: str = urljoin(address, match[1])
    if origin(target) != origin(address) or urlsplit(target).path != urlsplit(address).path:
        raise ValueError
    return target
