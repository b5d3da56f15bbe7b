"""The digests of an image's tags, from what `tagmatrix registry list --format json` printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix import references
from tagmatrix.errors import InputError
from tagmatrix.registry.repositories import repository
from tagmatrix.util import json_records

if TYPE_CHECKING:
    from pathlib import Path


class _Listed(Struct, frozen=True):
    """A tag that the registry has."""

    digest: str


class _Listing(Struct, frozen=True):
    """What `registry list` prints; null is a tag that could not be read."""

    repositories: dict[str, dict[str, _Listed | None]]


def read(path: Path) -> dict[str, dict[str, str]]:
    """Return the digest of each tag in each repository. Raises InputError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't read the file: {error.strerror}") from None
    found: dict[str, dict[str, str]] = {}
    wrong: list[str] = []
    for name, tags in json_records.load(_Listing, data, str(path)).repositories.items():
        try:
            repository(name)
        except InputError as error:
            wrong.append(f"{path}: repositories: {error}")
        for tag, listed in tags.items():
            if listed is None:
                continue
            if not references.is_digest(listed.digest):
                where = f"{path}: repositories.{name}.{tag}.digest"
                wrong.append(f"{where}: expected sha256: and 64 hex digits")
            found.setdefault(tag, {})[name] = listed.digest
    if wrong:
        raise InputError("\n".join(wrong))
    return found
