"""The digests of base images, from a file that a client of registries writes."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 (json_records reads the types of fields)
from dataclasses import dataclass, field
from typing import NamedTuple

from tagmatrix.errors import InputError
from tagmatrix.references import is_digest, parse as parse_reference
from tagmatrix.util import json_records


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDigests:
    """The digests of one reference: of its index, and of each platform's image in it."""

    digest: str
    platforms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDigests:
    """The digests of base images by reference."""

    references: Mapping[str, KnownDigests]


class Digests(NamedTuple):
    """The digest of an index, and of one platform's image in it; None if it is not known."""

    whole: str | None
    platform: str | None


NONE = BaseDigests(references={})


def read(data: bytes, name: str) -> BaseDigests:
    """Read the file; `name` is its name in messages. Raises InputError."""
    found = json_records.load(BaseDigests, data, name)
    known = {}
    for reference, digests in found.references.items():
        try:
            familiar = parse_reference(reference).familiar
        except ValueError as error:
            raise InputError(f"{name}: references: {error}") from None
        for digest in (digests.digest, *digests.platforms.values()):
            if not is_digest(digest):
                raise InputError(f"{name}: references.{reference}: invalid digest {digest!r}")
        known[familiar] = digests
    return BaseDigests(references=known)


def digests_of(known: BaseDigests, name: str, platform: str) -> Digests:
    """Return the digests of a base on a platform; a digest in its name is that of its index."""
    pinned = name.partition("@")[2]
    found = known.references.get(name)
    if found is None:
        return Digests(pinned or None, None)
    return Digests(found.digest, found.platforms.get(platform))
