"""The digests of base images, from a file that a client of registries writes."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 (json_records reads the types of fields)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.errors import InputError
from tagmatrix.references import is_digest, parse as parse_reference
from tagmatrix.util import json_records
from tagmatrix.util.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.plan.records import Base, Build


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


def without_digests(builds: Sequence[Build], file: str) -> str:
    """Return which bases of builds have no digest in a file; empty if none lacks one.

    `builds` has parents before their children: these lack a key too.
    """
    names: dict[str, None] = {}
    lacking: set[str] = set()
    for build in builds:
        unknown = (
            [] if build.key else [name for base in build.bases for name in _unknown(base, build)]
        )
        if unknown or any(parent.build in lacking for parent in build.parents):
            lacking.add(build.id)
        names |= dict.fromkeys(unknown)
    if not names:
        return ""
    verb = "gets" if len(lacking) == 1 else "get"
    return (
        f"{file}: it has no digest of {few(names)}, so {len(lacking):,} of "
        f"{counted(len(builds), 'build')} {verb} no key; run `tagmatrix registry stale "
        f"--base-digests {file}` again"
    )


def _unknown(base: Base, build: Build) -> Iterator[str]:
    """Yield a base of a build without a key if its digest is not known, at all or there.

    An image that is not committed has no key for that reason alone.
    """
    if base.digest is None:
        yield base.name
    elif base.platform_digest is None and build.commit is not None:
        yield f"{base.name} for {build.platform}"
