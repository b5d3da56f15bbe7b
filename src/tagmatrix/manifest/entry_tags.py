"""Read what the tags of an entry say: its version, and for each tag an alias and a spelling.

An entry's tags are combinations of aliases and spellings. Aliases that are versions are
recognized, wherever they are in the tag; the rest of these tags are the spellings. The
spellings then distinguish other aliases (`lts`, `edge`, a codename) from spellings without an
alias (`slim`). A date that is not the version (`bookworm-20260803-slim`) belongs to the alias.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.manifest.base_systems import split_suite
from tagmatrix.versions import parse, split_tag

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.manifest.model import Entry, Manifest
    from tagmatrix.versions import Version

LATEST: Final = "latest"

_DATE: Final = re.compile(
    r"^(?P<before>.+?)-(?P<date>(?:19|20)\d\d"
    r"(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\.\d+)*|-(?:0[1-9]|1[0-2])-\d\d))(?=-|$)"
)
_BEGINS: Final = re.compile(r"(?:[vV]?|RELEASE\.)\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTag:
    """A tag as a combination of an alias and a spelling, each of which may be empty."""

    name: str
    alias: str
    spelling: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTags:
    """The tags of an entry, and what they say about its image.

    Attributes:
        entry: the entry.
        tags: its tags.
        version: the exact version; None if no tag names one.
        product: the word before the version, if no tag begins with it: `cli` in `cli-2.12.0`.
        date: the date of the build, if tags name one beside the version.
        variant: the full name of the variant: its most specific spelling.
    """

    entry: Entry
    tags: tuple[ReadTag, ...]
    version: Version | None
    product: str
    date: Version | None
    variant: str


@dataclass(frozen=True, slots=True)
class _Split:
    """A version in a tag, and the tag's words around it."""

    version: Version
    alias: str
    spelling: str
    product: str
    """The word before the version; empty if the tag begins with the version."""


def read_entry_tags(manifest: Manifest) -> list[EntryTags]:
    """Return what the tags of each entry say.

    >>> from tagmatrix.manifest import parse
    >>> manifest = parse('''
    ... Maintainers: Ada Lovelace (@ada)
    ... GitRepo: https://example.org/engine.git
    ... GitCommit: deadbeef
    ...
    ... Tags: cli-2.12.0-php8.4, cli-2-php8.4, cli-2.12.0, cli
    ... ''')
    >>> (read,) = read_entry_tags(manifest)
    >>> str(read.version), read.variant, [(tag.alias, tag.spelling) for tag in read.tags][-1]
    ('2.12.0', 'cli-php8.4', ('latest', 'cli'))
    """
    every = [_versions(entry) for entry in manifest.entries]
    elsewhere = {split.spelling for found in every for split in found.values()}
    names = (name for entry in manifest.entries for name in (*entry.tags, *entry.shared_tags))
    elsewhere |= {dated.rest for name in names if (dated := split_date(name))}
    return [
        _read(entry, found, elsewhere) for entry, found in zip(manifest.entries, every, strict=True)
    ]


def _versions(entry: Entry) -> dict[str, _Split]:
    """Return the versions of an entry's tags by tag.

    A version behind a word counts only if no tag begins with one: `temurin-21` is not a
    version of an image with a tag `2.11.2`, but `cli-2.12.0` is one of wordpress. It also
    counts only as a part of the entry's most exact one, and not beside the date of a build.
    """
    names = dict.fromkeys((*entry.tags, *entry.shared_tags))
    dates = {name: split_date(name) for name in names}
    candidates = {
        name: _candidates(dated.undated if dated else name) for name, dated in dates.items()
    }
    found = {
        name: splits[0] for name, splits in candidates.items() if splits and not splits[0].product
    }
    exact = most_exact(split.version for split in found.values())
    if exact is None and not any(dates.values()):
        exact = most_exact(split.version for splits in candidates.values() for split in splits)
    if exact is None:
        return {}
    for name, splits in candidates.items():
        part = next((split for split in splits if _is_part(split.version, exact)), None)
        if name not in found and part is not None:
            found[name] = part
    return found


def _is_part(version: Version, exact: Version) -> bool:
    return version.scheme == exact.scheme and (
        version.numbers == exact.numbers[: len(version.numbers)]
    )


def most_exact(versions: Iterable[Version]) -> Version | None:
    """Return the version with the most numbers; a pre-release before a final version."""
    return max(
        {version.text: version for version in versions}.values(),
        key=lambda version: (version.precision, not version.is_final),
        default=None,
    )


@lru_cache(maxsize=8192)
def _candidates(tag: str) -> tuple[_Split, ...]:
    """Return the versions in a tag: the one at its beginning, else those after words."""
    words = tag.split("-")
    if _BEGINS.match(tag):
        before, version, rest = split_tag(tag)
        if version is not None and not before:
            alias = tag.removesuffix(f"-{rest}") if rest and tag.endswith(f"-{rest}") else ""
            return (_Split(version, alias or version.text, rest, ""),)
    found = []
    number = 1
    while number < len(words):
        version, rest = _version_at(words, number)
        if version is None:
            number += 1
            continue
        spelling = "-".join(filter(None, (*words[:number], rest)))
        found.append(_Split(version, version.text, spelling, words[number - 1]))
        number += version.text.count("-") + 1
    return tuple(reversed(found))


def _version_at(words: list[str], begin: int) -> tuple[Version | None, str]:
    """Return the version that begins with a word, and the rest of the tag."""
    if not _BEGINS.match(words[begin]) or split_suite(words[begin], words[begin - 1]):
        return None, ""
    _, version, rest = split_tag("-".join(words[begin:]))
    return version, rest


class Dated(NamedTuple):
    """A tag with the date of a build: the words before it, the date, and the words after it."""

    before: str
    date: str
    rest: str

    @property
    def undated(self) -> str:
        """Return the tag without the date."""
        return f"{self.before}-{self.rest}" if self.rest else self.before


@lru_cache(maxsize=8192)
def split_date(tag: str) -> Dated | None:
    """Return the parts of a tag with the date of a build; None if it has none.

    A date at the beginning, or right after a version, belongs to the version.

    >>> split_date("bookworm-20260803-slim")
    Dated(before='bookworm', date='20260803', rest='slim')
    >>> split_date("20260805"), split_date("5.0-20260803"), split_date("3.14")
    (None, None, None)
    """
    match = _DATE.search(tag)
    if match is None or parse(match["before"], "loose"):
        return None
    return Dated(match["before"], match["date"], tag[match.end() + 1 :])


def _read(entry: Entry, found: dict[str, _Split], elsewhere: set[str]) -> EntryTags:
    names = tuple(dict.fromkeys((*entry.tags, *entry.shared_tags)))
    spellings = {split.spelling for split in found.values()} or elsewhere or {""}
    by_length = sorted(spellings, key=len, reverse=True)
    tags = []
    for name in names:
        dated = split_date(name)
        split = found.get(name)
        if split:
            alias, spelling = split.alias, split.spelling
        else:
            alias, spelling = _name_and_spelling(
                dated.undated if dated else name, by_length, versioned=bool(found)
            )
        if dated:
            alias = f"{alias}-{dated.date}"
        tags.append(ReadTag(name=name, alias=alias, spelling=spelling))
    dates = most_recent(dated.date for name in names if (dated := split_date(name)))
    if not found and not dates and not any(tag.spelling for tag in tags):
        # There are no releases (`bookworm-scm`, `stable-scm`): the names are the variants.
        tags = [
            ReadTag(name=name, alias="" if name != LATEST else LATEST, spelling=name)
            for name in names
        ]
    version = most_exact(split.version for split in found.values())
    return EntryTags(
        entry=entry,
        tags=tuple(tags),
        version=version or dates,
        product=next((split.product for split in found.values() if split.version is version), ""),
        date=dates if version else None,
        variant=max(dict.fromkeys(tag.spelling for tag in tags), key=_fullness),
    )


def _name_and_spelling(name: str, spellings: list[str], *, versioned: bool) -> tuple[str, str]:
    """Return alias and spelling of a tag without a version; `spellings` has the longest first."""
    if versioned and name in spellings:
        return LATEST, name
    spelling = next((one for one in spellings if one and name.endswith(f"-{one}")), "")
    return (name.removesuffix(f"-{spelling}") if spelling else name), spelling


def most_recent(texts: Iterable[str]) -> Version | None:
    """Return the latest of some dates; None if there are none."""
    dates = [version for text in texts if (version := parse(text, "loose"))]
    return max(dates, key=lambda date: date.key, default=None)


@lru_cache(maxsize=1024)
def _fullness(spelling: str) -> tuple[int, bool, int]:
    """Return a sort key for spellings: the more specific, the higher."""
    words = spelling.split("-") if spelling else []
    suite = any(
        split_suite(word, words[number - 1] if number else "") for number, word in enumerate(words)
    )
    return len(words), suite, len(spelling)
