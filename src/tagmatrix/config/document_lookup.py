"""What versions.yaml says about an upstream: documents, and what to take from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final = {
    "json": "a JSON document",
    "yaml": "a YAML document",
    "toml": "a TOML document",
    "xml": "an XML document; elements of the same name are a list, attributes begin with @",
    "text": "a text, such as a listing; `match` finds the entries",
    "sums": "a file of checksums, such as SHASUMS256.txt or a file beside the artifact",
    "listing": "a web server's listing of a folder; each entry has a `file`",
    "tags": "a git repository, whose tags are listed",
    "packages": "an index of packages: apt's Packages, apk's APKINDEX.tar.gz or rpm's "
    "repodata/repomd.xml",
    "manifest": "a manifest of official-images",
}
"""The kinds of documents; the value of the key is the address."""

HOLES: Final = (
    "version",
    "listed",
    "final",
    "major",
    "minor",
    "cycle",
    "architecture",
    "project",
    "file",
)
"""The placeholders of addresses, of names of files, and of `each` and `where`."""

_HOLE: Final = re.compile(r"\{([a-z]+)\}")


class Lookup(Struct, frozen=True, kw_only=True):
    """A document, and what to take from it.

    Attributes:
        kind: one of KINDS.
        address: its address, with placeholders.
        each: the JMESPath of its entries.
        where: the JMESPath of a condition that entries meet.
        take: the JMESPath of each value in an entry.
        match: a regular expression: of the entries of a text, else of versions.
        strip: what to remove at the beginning of versions.
        replace: other texts to replace in versions.
        file: the name of the artifact in the document.
        url: where the artifact itself is.
    """

    kind: str
    address: str
    each: str = ""
    where: str = ""
    take: Mapping[str, str] = field(default_factory=dict)
    match: str = ""
    strip: str = ""
    replace: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    url: str = ""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; unknown ones stay.

    >>> fill("go{version}.{x}", {"version": "1.26.1"})
    'go1.26.1.{x}'
    """
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


def holes(text: str) -> list[str]:
    """Return the names of a text's placeholders."""
    return _HOLE.findall(text)


def placeholders(lookup: Lookup) -> list[str]:
    """Return the names of all placeholders of a document and of the artifact in it."""
    texts = (lookup.address, lookup.each, lookup.where, lookup.file, lookup.url)
    return holes(" ".join(texts))


def by_architecture(lookup: Lookup) -> bool:
    """Return whether the document, or the artifact in it, depends on the architecture."""
    return "architecture" in placeholders(lookup)
