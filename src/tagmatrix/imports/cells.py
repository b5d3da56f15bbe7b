"""Read the entries of a manifest as cells of a matrix: their aliases and their suffixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tagmatrix.manifest.base_systems import names_system
from tagmatrix.manifest.entry_tags import LATEST, read_entry_tags

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tagmatrix.manifest.entry_tags import EntryTags, ReadTag
    from tagmatrix.manifest.model import Entry, Manifest

Reading: TypeAlias = Literal["names", "folders", "suffixes"]


@dataclass(frozen=True, slots=True)
class TagSuffix:
    """The end of tags, and whether these tags are shared tags."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCell:
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
    suffixes: dict[TagSuffix, tuple[str, ...]]
    variant: str

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return all its aliases once, in order."""
        return tuple(dict.fromkeys(one for each in self.suffixes.values() for one in each))

    @property
    def folders(self) -> list[str]:
        """Return the parts of the path of its folder."""
        return [] if self.entry.directory == "." else self.entry.directory.split("/")


def read_cells(manifest: Manifest, reading: Reading = "names") -> list[ImportedCell]:
    """Return a cell for each entry, in the order of the manifest.

    `reading` says what the tags of an entry without a version are: aliases (`names`), an alias
    that is also a folder and suffixes (`folders`), or suffixes only (`suffixes`).
    """
    reads = read_entry_tags(manifest)
    return [_cell(number, read, reading) for number, read in enumerate(reads)]


def _cell(number: int, read: EntryTags, reading: Reading) -> ImportedCell:
    prefix = read.product if _all_begin_with(read.product, read.tags) else ""
    if any(_is_torn(tag, prefix) for tag in read.tags):
        prefix = ""
        pairs = {tag.name: _tear(tag.name) for tag in read.tags}
    else:
        endings = {tag.spelling for tag in read.tags if tag.spelling}
        pairs = {tag.name: _split(tag, prefix, endings) for tag in read.tags}
    version = _version(read, {alias for alias, _ in pairs.values()})
    if not version and reading != "names":
        pairs, prefix = _without_version(read.entry, reading), ""
    suffixes: dict[TagSuffix, list[str]] = {}
    for name, (alias, text) in pairs.items():
        shared = name in read.entry.shared_tags
        suffixes.setdefault(TagSuffix(text, shared), []).append(alias)
    found = {suffix: tuple(dict.fromkeys(aliases)) for suffix, aliases in suffixes.items()}
    return ImportedCell(
        number=number,
        entry=read.entry,
        version=version,
        prefix=prefix,
        suffixes=found,
        variant=_longest(found, read, prefix),
    )


def _without_version(entry: Entry, reading: Reading) -> dict[str, tuple[str, str]]:
    """Return alias and suffix of each tag of an entry without a version."""
    names = [*entry.tags, *entry.shared_tags]
    folders = entry.directory.split("/") if reading == "folders" else []
    own = [name for name in names if name != LATEST]
    heads = [
        folder
        for folder in folders
        if own and all(name == folder or name.startswith(f"{folder}-") for name in own)
    ]
    head = max(heads, key=len, default="")
    pairs = {}
    for name in names:
        if head and name != LATEST:
            pairs[name] = head, name.removeprefix(head).removeprefix("-")
        else:
            pairs[name] = LATEST, "" if name == LATEST else name
    return pairs


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


def _version(read: EntryTags, aliases: Collection[str]) -> str:
    """Return the alias that is the version; a part of it if a tag has words in its middle."""
    version = str(read.version) if read.version else ""
    if version in aliases:
        return version
    parts = [alias for alias in aliases if version.startswith(f"{alias}-")]
    return max(parts, key=len, default="")


def _longest(found: Iterable[TagSuffix], read: EntryTags, prefix: str) -> str:
    """Return the most specific suffix: what `read` says if it is one of them."""
    texts = [suffix.text for suffix in found]
    variant = _without(prefix, read.variant)
    longest = max(texts, key=lambda text: (text.count("-"), len(text)))
    return variant if variant in texts else longest
