"""Pure readers of python.org's documents.

A reader raises UnreadableError if a body does not have the expected content, so that a page
of HTML, an empty list or a missing field never becomes a fact. Readers ignore fields that
they do not need.
"""

from __future__ import annotations

import base64
import re
import reprlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from tagmatrix.config.format.checksums import SHA256
from tagmatrix.upstream.formats.structured import read_json
from tagmatrix.upstream.release_order import UpstreamRelease
from tagmatrix.util.dates import release_day
from tagmatrix.versions import cycle_numbers, is_final
from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# The same list has other products: "Python install manager 25.0".
_NAME: Final = re.compile(
    r"\s*Python\s+(\d{1,4}(?:\.\d{1,4}){1,2}(?:(?:a|b|rc)\d{1,4})?)\s*",
    re.ASCII | re.IGNORECASE,
)
_BEGUN: Final = re.compile(
    r"\s*Python\s+(\d{1,4}(?:\.\d{1,4}){1,2}(?:(?:a|b|rc)\d{1,4})?)(?![\w.])",
    re.ASCII | re.IGNORECASE,
)
_SLUG: Final = re.compile(r"python-?\d", re.ASCII | re.IGNORECASE)
_ID: Final = re.compile(r"/downloads/release/(\d{1,18})/?\Z", re.ASCII)
_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The published releases, and what can't be read.

    Attributes:
        releases: the releases.
        broken: the problem of each version whose entry is invalid.
        unnamed: name and slug of entries whose name is not that of a version.
    """

    releases: tuple[UpstreamRelease, ...]
    broken: Mapping[str, str] = field(default_factory=dict)
    unnamed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release; addresses and SHA-256 are empty if the API has none."""

    sha256: str = ""
    size: int = 0
    sigstore: str = ""
    spdx: str = ""
    problem: str = ""


def read_releases(body: bytes) -> ReleaseList:
    """Return the releases in the list of API v2."""
    entries = _list_of_mappings(body)
    releases: dict[str, UpstreamRelease] = {}
    broken: dict[str, str] = {}
    unnamed: list[tuple[str, str]] = []
    for number, entry in enumerate(entries, 1):
        if entry.get("is_published") is False:
            continue
        name = entry.get("name")
        if not isinstance(name, str):
            if _is_another_product(entry.get("slug")):
                continue
            # the entry may be the newest of any cycle: without it an older one would be newest
            slug = reprlib.repr(entry.get("slug"))
            raise UnreadableError(f"entry {number} of the list has no `name` (its `slug`: {slug})")
        match = _NAME.fullmatch(name)
        if match is None:
            unnamed.append((name, str(entry.get("slug"))))
            continue
        try:
            release = _release(match[1], entry)
        except UnreadableError as error:
            broken[match[1]] = str(error)
            continue
        if releases.setdefault(release.version, release) != release:
            broken[release.version] = "the list has two different entries for it"
    broken |= {version: why for version, why in _begun(unnamed).items() if version not in releases}
    if not releases and not broken:
        raise UnreadableError("the list has no release of Python")
    complete = [each for version, each in releases.items() if version not in broken]
    return ReleaseList(tuple(complete), broken, tuple(unnamed))


def _begun(unnamed: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the problem of each version with which a name begins."""
    return {
        match[1]: f"its name is not that of a version: {reprlib.repr(name)}"
        for name, _ in unnamed
        if (match := _BEGUN.match(name))
    }


def version_of_slug(slug: str, cycle: str) -> str:
    """Return the version that a slug names if it is of a cycle; an empty text if it is not.

    >>> version_of_slug("python-3148", "3.14"), version_of_slug("python-3150b4", "3.15-rc")
    ('3.14.8', '3.15.0b4')
    >>> version_of_slug("python-3148", "3.13")
    ''
    """
    numbers = cycle_numbers(cycle)
    rest = _SLUG.sub(lambda found: found[0][-1], slug, count=1).lower()
    begin = "".join(map(str, numbers))
    match = re.fullmatch(rf"{begin}(\d{{1,4}}(?:(?:a|b|rc)\d{{1,4}})?)(?:-.*)?", rest, re.ASCII)
    return f"{'.'.join(map(str, numbers))}.{match[1]}" if match and begin else ""


def _is_another_product(slug: object) -> bool:
    """Return whether a slug is of another product; Python's slugs are like python-3131."""
    return isinstance(slug, str) and bool(slug) and not _SLUG.match(slug)


def _release(version: str, entry: Mapping[str, Any]) -> UpstreamRelease:
    date = entry.get("release_date")
    try:
        day = release_day(date)
    except ValueError as error:
        raise UnreadableError(f"`release_date` {error}: {reprlib.repr(date)}") from None
    if entry.get("pre_release") is True and is_final(version):
        raise UnreadableError("`pre_release` is true, but `name` is that of a final release")
    address = entry.get("resource_uri")
    match = _ID.search(address) if isinstance(address, str) else None
    if match is None:
        raise UnreadableError(
            f"`resource_uri` is not the address of a release: {reprlib.repr(address)}"
        )
    return UpstreamRelease(version, day, int(match[1]))


def read_files(body: bytes) -> dict[str, File]:
    """Return a release's files by name; a file whose entry is invalid has a `problem`."""
    files: dict[str, File] = {}
    for number, entry in enumerate(_list_of_mappings(body), 1):
        url = entry.get("url")
        if not isinstance(url, str):
            raise UnreadableError(f"entry {number} of the list has no `url`")
        try:
            name = unquote(urlsplit(url).path).rpartition("/")[2]
        except ValueError:
            raise UnreadableError(
                f"entry {number} of the list: `url` is not an address: {reprlib.repr(url)}"
            ) from None
        file = _file(entry)
        if name in files and files[name] != file:
            file = File(problem="the list has two different entries for it")
        files[name] = file
    return files


def _file(entry: Mapping[str, Any]) -> File:
    values: dict[str, str] = {}
    for key in ("sha256_sum", "sigstore_bundle_file", "sbom_spdx2_file"):
        value = entry.get(key)
        if value is None:
            value = ""
        if not isinstance(value, str):
            return File(problem=f"`{key}` is not a string: {reprlib.repr(value)}")
        values[key] = value.strip()
    digest = values["sha256_sum"].lower()
    if digest and not SHA256.fits(digest):
        return File(problem=f"`sha256_sum` is not a SHA-256: {reprlib.repr(digest)}")
    size = entry.get("filesize")
    return File(
        sha256=digest,
        size=size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0,
        sigstore=values["sigstore_bundle_file"],
        spdx=values["sbom_spdx2_file"],
    )


def _list_of_mappings(body: bytes) -> list[dict[str, Any]]:
    value = read_json(body)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise UnreadableError("JSON, but not a list of entries")
    return value


def read_sigstore(body: bytes) -> str:
    """Return the digest in a sigstore bundle; the bundle does not name its file.

    https://docs.sigstore.dev/about/bundle/
    """
    try:
        digest = read_json(body)["messageSignature"]["messageDigest"]
        algorithm, encoded = digest["algorithm"], digest["digest"]
    except (KeyError, TypeError, IndexError):
        raise UnreadableError("not a sigstore bundle with a `messageDigest`") from None
    if algorithm != "SHA2_256":
        raise UnreadableError(
            f"the algorithm of the bundle's digest is not SHA2_256: {reprlib.repr(algorithm)}"
        )
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (TypeError, ValueError):
        raw = b""
    if len(raw) != _DIGEST_BYTES:
        raise UnreadableError("the bundle's digest is not a SHA-256 in base64")
    return raw.hex()


def spdx_reader(name: str) -> Callable[[bytes], str]:
    """Return a reader of a file's SHA-256 in an SPDX document.

    https://spdx.github.io/spdx-spec/v2.3/
    """

    def read(body: bytes) -> str:
        try:
            digests = {
                checksum["checksumValue"].lower()
                for package in read_json(body)["packages"]
                if package.get("packageFileName") == name
                for checksum in package["checksums"]
                if checksum["algorithm"] == "SHA256"
            }
        except (KeyError, TypeError, AttributeError):
            raise UnreadableError("not an SPDX document with packages and checksums") from None
        if len(digests) != 1 or not SHA256.fits(digest := digests.pop()):
            raise UnreadableError(f"the SPDX document does not have one SHA-256 of {name}")
        return str(digest)

    return read
