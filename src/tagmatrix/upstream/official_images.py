"""Official-images' manifests: the architectures of base images, and the published versions.

The manifests are fetched, or read from a checkout of official-images.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from tagmatrix.errors import InputError
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.versions import most_exact, parse
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.manifest import Manifest
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client


@dataclass(frozen=True, slots=True)
class OfficialBase:
    """A base image of official-images: `debian:trixie-slim`."""

    image: str
    tag: str

    def __str__(self) -> str:
        return f"{self.image}:{self.tag}"


def parse_base(text: str) -> OfficialBase | None:
    """Return the base that follows FROM; None if it is not an image of official-images.

    >>> parse_base("alpine:3.24"), parse_base("mcr.microsoft.com/windows/servercore:ltsc2025")
    (OfficialBase(image='alpine', tag='3.24'), None)
    """
    match = re.fullmatch(r"([a-z0-9]+(?:[._-][a-z0-9]+)*)(?::(\w[\w.-]*))?", text, re.ASCII)
    return OfficialBase(match[1], match[2] or "latest") if match else None


class Manifests:
    """Reads manifests, each once."""

    def __init__(self, client: Client, address: str, checkout: Path | None = None) -> None:
        """Store the address of the folder `library/`, or a checkout that contains this folder."""
        self._client = client
        self._address = address.rstrip("/")
        self._checkout = checkout
        self._known: dict[str, Answer[Manifest]] = {}

    def manifest(self, image: str) -> Answer[Manifest]:
        """Return an image's manifest."""
        if image not in self._known:
            self._known[image] = (
                _read(self._checkout / "library" / image)
                if self._checkout
                else self._client.get(f"{self._address}/{quote(image)}", _parse)
            )
        return self._known[image]

    def check(self, images: Iterable[str]) -> None:
        """Raise InputError if the checkout has no manifest of some images.

        Then the folder is not a checkout of official-images.
        """
        if self._checkout is None:
            return
        paths = [self._checkout / "library" / image for image in images]
        if missing := [str(path) for path in paths if not path.is_file()]:
            raise InputError(
                f"{', '.join(missing)}: no such file; name a checkout of official-images"
            )

    def architectures(self, base: OfficialBase) -> Answer[tuple[str, ...]]:
        """Return the architectures of a base, in the manifest's order, including unknown ones.

        A missing manifest is a FetchFailed: the address is probably wrong.
        """
        answer = self.manifest(base.image)
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}; is `manifests` the right address?")
        if not isinstance(answer, Found):
            return answer
        found = dict.fromkeys(
            architecture
            for entry in answer.value.entries
            if base.tag in (*entry.tags, *entry.shared_tags)
            for architecture in entry.architectures
        )
        if not found:
            return NotPublished(f"official-images has no {base}")
        return Found(tuple(found))

    def version(self, image: str, cycle: str) -> Answer[str]:
        """Return the version that the published manifest has for a cycle."""
        answer = self.manifest(image)
        if not isinstance(answer, Found):
            return answer
        version = published_version(answer.value, cycle)
        if version is None:
            return NotPublished(f"the published manifest has no {cycle}")
        return Found(version)


def published_version(manifest: Manifest, cycle: str) -> str | None:
    """Return the version of a cycle's first entry, as tags have it; None if there is none."""
    for read in read_entry_tags(manifest):
        if not any(f"{tag.name}-".startswith(f"{cycle}-") for tag in read.tags):
            continue
        versions = [parse(tag.alias, "loose") for tag in read.tags]
        if exact := most_exact(one for one in versions if one and one.belongs_to(cycle)):
            return exact.tag
    return None


def _read(path: Path) -> Answer[Manifest]:
    try:
        return Found(_parse(path.read_bytes()))
    except FileNotFoundError:
        return NotPublished(f"{path} does not exist")
    except (OSError, UnreadableError) as error:
        return FetchFailed(f"{path}: {getattr(error, 'strerror', None) or error}")


def _parse(body: bytes) -> Manifest:
    try:
        return parse_manifest(body, any_architecture=True)
    except ManifestError as error:
        raise UnreadableError(f"not a manifest: {str(error).splitlines()[0]}") from None
