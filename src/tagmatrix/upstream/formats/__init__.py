"""Read documents of each kind as plain data: lists, mappings and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.upstream.formats import indexes, structured, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

READERS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "json": structured.read_json,
    "yaml": structured.read_yaml,
    "toml": structured.read_toml,
    "xml": structured.read_xml,
    "text": texts.read_text,
    "sums": texts.read_sums,
    "packages": indexes.read_packages,
    "manifest": indexes.read_manifest,
}
"""The reader of each kind; it raises UnreadableError for another document."""
