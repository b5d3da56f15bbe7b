"""What documents claim about a file: they must agree. And what the file itself is.

All sources share these rules.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tagmatrix.config.artifacts import NAMES
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

BEGINS: Final[Mapping[str, bytes]] = {
    ".xz": b"\xfd7zXZ\0",
    ".exe": b"MZ",
    ".gz": b"\x1f\x8b",
    ".tgz": b"\x1f\x8b",
    ".bz2": b"BZh",
    ".zip": b"PK",
    ".jar": b"PK",
    ".zst": b"\x28\xb5\x2f\xfd",
}
"""The first bytes of each kind of file.

https://tukaani.org/xz/xz-file-format.txt, https://learn.microsoft.com/windows/win32/debug/pe-format,
https://www.rfc-editor.org/rfc/rfc1952, https://www.rfc-editor.org/rfc/rfc8878
"""


def agreed(
    source: str,
    name: str,
    claims: Mapping[str, str],
    claimed_by: dict[str, tuple[str, ...]],
    algorithm: str = "sha256",
) -> Found[str] | FetchFailed:
    """Return the checksum that all documents of a published file agree on.

    Args:
        source: the name of the upstream.
        name: the name of the file.
        claims: the checksum in each document.
        claimed_by: gets the documents that claim each checksum.
        algorithm: the algorithm of the checksums.
    """
    for digest in claims.values():
        claimed_by[digest] = tuple(who for who, said in claims.items() if said == digest)
    if not claims:
        return FetchFailed(
            f"{name} is published, but no document has its {NAMES[algorithm]}; --download "
            "computes it",
            unclaimed=True,
        )
    if len(digests := frozenset(claims.values())) > 1:
        said = ", ".join(f"{who} says {digest}" for who, digest in claims.items())
        one = " or ".join(f'"{digest}"' for digest in dict.fromkeys(claims.values()))
        what = (
            f"{source} contradicts itself about {name}: {said}. If upstream confirms one of "
            f"them, add it to `accept`: {{{algorithm}: {one}, why: ...}}"
        )
        return FetchFailed(what, alarm=True, claims=digests)
    return Found(next(iter(claims.values())))


def hashed(
    client: Client,
    address: str,
    name: str,
    size: int,
    *,
    alone: bool,
    source: str,
    says: str,
    algorithm: str = "sha256",
) -> Answer[str]:
    """Download a file and return its checksum.

    Without a known size and a checksum from another document, a complete download is not
    verified: the result is a FetchFailed.

    Args:
        client: sends the requests.
        address: the address of the file.
        name: its name.
        size: its size in a document; 0 if none has it.
        alone: whether no document has a checksum of the file.
        source: the name of the upstream.
        says: the document that has the size.
        algorithm: the algorithm of the checksum.
    """
    begins = BEGINS.get(PurePosixPath(urlsplit(address).path).suffix, b"")
    answer = client.digest(address, begins, algorithm)
    if isinstance(answer, NotPublished):
        return FetchFailed(f"{answer.what}, although it is listed")
    if not isinstance(answer, Found):
        return answer
    taken, measured = answer.value.size, answer.value.measured
    if size > taken and not measured:
        return FetchFailed(f"{name}: broke off after {taken:,} of {size:,} bytes")
    if size and size != taken:
        what = f"{name} has {taken:,} bytes, {says} says {size:,}"
        return FetchFailed(f"{source} contradicts itself: {what}", alarm=True)
    if alone and not size and not measured:
        return FetchFailed(
            f"{name}: upstream gives neither its size nor its {NAMES[algorithm]}, so the "
            "download may be incomplete"
        )
    return Found(answer.value.digest)
