"""Read an index of rpm packages: repomd.xml, and the primary.xml that it names.

https://createrepo-c.readthedocs.io/ writes them.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urljoin, urlsplit

from tagmatrix.upstream.formats.packed import unpacked
from tagmatrix.upstream.formats.structured import read_xml
from tagmatrix.web.answers import UnreadableError


def read_repomd(address: str, body: bytes) -> tuple[str, str]:
    """Return the address of primary.xml, and its SHA-256, from the repomd.xml at an address."""
    root = read_xml(body)
    for data in _elements(root, "data"):
        if data.get("@type") != "primary":
            continue
        href = next((each.get("@href", "") for each in _elements(data, "location")), "")
        sums = [each for each in _elements(data, "checksum") if each.get("@type") == "sha256"]
        found = urljoin(address.removesuffix("repodata/repomd.xml"), href)
        if not sums or not href or urlsplit(found).netloc != urlsplit(address).netloc:
            break
        return found, sums[0].get("text", "")
    raise UnreadableError("the repomd.xml names no primary.xml on its host with a SHA-256")


def read_primary(digest: str, body: bytes) -> list[dict[str, str]]:
    """Return the fields of each package; the version is without epoch and release."""
    if hashlib.sha256(body).hexdigest() != digest:
        raise UnreadableError("it has another SHA-256 than repomd.xml says; it may be replaced now")
    found = [
        {
            "package": _text(each, "name"),
            "version": version.get("@ver", ""),
            "release": version.get("@rel", ""),
            "architecture": _text(each, "arch"),
            "file": next((one.get("@href", "") for one in _elements(each, "location")), ""),
            **{
                one["@type"]: one.get("text", "")
                for one in _elements(each, "checksum")
                if one.get("@type") in {"sha256", "sha512"}
            },
        }
        for each in _elements(read_xml(unpacked(body)), "package")
        for version in _elements(each, "version")
    ]
    if not found or not all(each["package"] and each["version"] for each in found):
        raise UnreadableError("not an index of packages: it has none, or one without a version")
    return found


def _elements(parent: Any, name: str) -> list[dict[str, Any]]:  # noqa: ANN401 (an element of any XML)
    """Return the elements of a name that have attributes or elements."""
    found = parent.get(name, []) if isinstance(parent, dict) else []
    return [each for each in found if isinstance(each, dict)]


def _text(parent: dict[str, Any], name: str) -> str:
    return next((each for each in parent.get(name, []) if isinstance(each, str)), "")
