"""Read the entries of a manifest as cells of a matrix: their aliases and their suffixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.manifest.base_systems import names_system
from tagmatrix.manifest.entry_tags import LATEST, read_entry_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.manifest.entry_tags import EntryTags, ReadTag
    from tagmatrix.manifest.model import Entry, Manifest


@dataclass(frozen=True, slots=True)
class Suffix:
    """The end of tags, and whether these tags are shared tags."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """An entry as a cell of a matrix.

    Attributes:
        number: its position in the manifest.
        entry: the entry.
        version: the version that one of its aliases is; empty without one.
        prefix: the word before all its aliases, such as `cli` in `cli-2.12.0`; may be empty.
        suffixes: the aliases of each suffix.
        variant: its longest suffix.
    """

    number: int
    entry: Entry
    version: str
    prefix: str
    suffixes: dict[Suffix, tuple[str, ...]]
    variant: str

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return all its aliases once, in order."""
        return tuple(dict.fromkeys(one for each in self.suffixes.values() for one in each))

    @property
    def folders(self) -> list[str]:
        """Return the parts of the path of its folder."""
        return [] if self.entry.directory == "." else self.entry.directory.split("/")


def read_cells(manifest: Manifest) -> list[Cell]:
    """Return a cell for each entry, in the order of the manifest."""
    reads = read_entry_tags(manifest)
    return [_cell(number, read) for number, read in enumerate(reads)]


def _cell(number: int, read: EntryTags) -> Cell:
    prefix = read.product if _all_begin_with(read.product, read.tags) else ""
    endings = {tag.spelling for tag in read.tags if tag.spelling}
    suffixes: dict[Suffix, list[str]] = {}
    if torn := any(_is_torn(tag, prefix) for tag in read.tags):
        prefix = ""
    for tag in read.tags:
        alias, text = _tear(tag.name) if torn else _split(tag, prefix, endings)
        shared = tag.name in read.entry.shared_tags
        suffixes.setdefault(Suffix(text, shared), []).append(alias)
    found = {suffix: tuple(dict.fromkeys(aliases)) for suffix, aliases in suffixes.items()}
    aliases = {alias for each in found.values() for alias in each}
    version = str(read.version) if read.version else ""
    return Cell(
        number=number,
        entry=read.entry,
        version=version if version in aliases else _version_in(version, aliases),
        prefix=prefix,
        suffixes=found,
        variant=_longest(found, read, prefix),
    )


def _all_begin_with(word: str, tags: Iterable[ReadTag]) -> bool:
    return bool(word) and all(tag.name == word or tag.name.startswith(f"{word}-") for tag in tags)


def _split(tag: ReadTag, prefix: str, endings: set[str]) -> tuple[str, str]:
    """Return alias and suffix of a tag; together they always make the tag."""
    name, suffix = _without(prefix, tag.name), _without(prefix, tag.spelling)
    if name in {"", LATEST}:
        return LATEST, ""
    if not tag.alias or not suffix:
        is_suffix = tag.alias and (name in endings or names_system(name))
        return (LATEST, name) if is_suffix else (name, "")
    return (LATEST, name) if name == suffix else (name.removesuffix(f"-{suffix}"), suffix)


def _without(prefix: str, text: str) -> str:
    """Return a text without the word before it and its hyphen."""
    return text if not prefix else text.removeprefix(prefix).removeprefix("-")


def _is_torn(tag: ReadTag, prefix: str) -> bool:
    """Return whether a version has other words in its middle: `13.0.1-ubi10-rc`."""
    suffix = _without(prefix, tag.spelling)
    name = _without(prefix, tag.name)
    return bool(suffix and tag.alias) and name != suffix and not name.endswith(f"-{suffix}")


def _tear(name: str) -> tuple[str, str]:
    """Return the number at the beginning of a tag and the rest; a tag without one is an alias."""
    head, _, tail = name.partition("-")
    return (head, tail) if head[:1].isdigit() else (name, "")


def _version_in(version: str, aliases: Iterable[str]) -> str:
    """Return the alias that a version is, if the tag has another word in the middle of it."""
    parts = [alias for alias in aliases if version.startswith(f"{alias}-")]
    return max(parts, key=len, default="")


def _longest(found: Iterable[Suffix], read: EntryTags, prefix: str) -> str:
    """Return the most specific suffix: what `read` says if it is one of them."""
    texts = [suffix.text for suffix in found]
    variant = _without(prefix, read.variant)
    return variant if variant in texts else max(texts, key=len)
