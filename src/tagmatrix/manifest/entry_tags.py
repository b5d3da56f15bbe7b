"""Read what the tags of an entry say: its version, and for each tag an alias and a spelling.

An entry's tags are combinations of aliases and spellings. Aliases that are versions are
recognized, wherever they are in the tag; the rest of these tags are the spellings. The
spellings then distinguish other aliases (`lts`, `edge`, a codename) from spellings without an
alias (`slim`). A date that is not the version (`bookworm-20260803-slim`) belongs to the alias.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from tagmatrix.manifest.base_systems import split_suite
from tagmatrix.manifest.tag_dates import build_date, most_recent, split_date
from tagmatrix.manifest.trailing_builds import trailing_builds
from tagmatrix.versions import most_exact, parse, split_tag

if TYPE_CHECKING:
    from tagmatrix.manifest.model import Entry, Manifest
    from tagmatrix.manifest.tag_dates import Dated
    from tagmatrix.versions import Version

LATEST: Final = "latest"

_BEGINS: Final = re.compile(r"(?:[vV]?|RELEASE\.)\d")


class ReadTag(NamedTuple):
    """A tag as a combination of an alias and a spelling, each of which may be empty."""

    name: str
    alias: str
    spelling: str


class EntryTags(Struct, frozen=True, kw_only=True):
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


class _Split(Struct, frozen=True):
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
    ... GitCommit: c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0
    ...
    ... Tags: cli-2.12.0-php8.4, cli-2-php8.4, cli-2.12.0, cli
    ... ''')
    >>> (read,) = read_entry_tags(manifest)
    >>> str(read.version), read.variant, [(tag.alias, tag.spelling) for tag in read.tags][-1]
    ('2.12.0', 'cli-php8.4', ('latest', 'cli'))
    """
    every = _with_builds([_find(entry) for entry in manifest.entries])
    elsewhere = {split.spelling for found in every for split in found.versions.values()}
    elsewhere |= {dated.rest for found in every for dated in found.dates.values()}
    return [_read(found, elsewhere) for found in every]


class _Found(Struct, frozen=True):
    """An entry, and by tag the versions and the dates of builds in its tags."""

    entry: Entry
    names: tuple[str, ...]
    versions: dict[str, _Split]
    dates: dict[str, Dated]


def _find(entry: Entry) -> _Found:
    """Return the versions and dates in an entry's tags.

    A version behind a word counts only if no tag begins with one: `temurin-21` is not a
    version of an image with a tag `2.11.2`, but `cli-2.12.0` is one of wordpress. It also
    counts only as a part of the entry's most exact one, and not beside the date of a build.
    """
    names = tuple(dict.fromkeys((*entry.tags, *entry.shared_tags)))
    dates = {name: dated for name in names if (dated := split_date(name))}
    found: dict[str, _Split] = {}
    behind: dict[str, tuple[_Split, ...]] = {}
    for name in names:
        splits = _candidates(dates[name].undated if name in dates else name)
        if splits and not splits[0].product:
            found[name] = splits[0]
        elif splits:
            behind[name] = splits
    exact = most_exact(split.version for split in found.values())
    if exact is None and not dates:
        exact = most_exact(split.version for splits in behind.values() for split in splits)
    if exact is not None:
        for name, splits in behind.items():
            part = next((split for split in splits if _is_part(split.version, exact)), None)
            if part is not None:
                found[name] = part
        _add_lines(found, exact)
    return _Found(entry, names, found, dates)


def _add_lines(found: dict[str, _Split], exact: Version) -> None:
    """Read the shorter names of a version with a word that is not in the table: 8.9-canary."""
    lines = [part for part in exact.parts if not parse(part, "loose")]
    for name, split in found.items():
        for line in lines:
            if f"{name}-".startswith(f"{line}-"):
                spelling = name[len(line) + 1 :]
                found[name] = _Split(split.version, line, spelling, "")


def _with_builds(every: list[_Found]) -> list[_Found]:
    """Return what was found, with the builds behind spellings as parts of the versions."""
    texts = {split.version.text for found in every for split in found.versions.values()}
    for found in every:
        tags = {name: (one.version, one.spelling) for name, one in found.versions.items()}
        for name, (version, spelling) in trailing_builds(tags, texts).items():
            product = found.versions[name].product
            found.versions[name] = _Split(version, version.text, spelling, product)
    return every


def _is_part(version: Version, exact: Version) -> bool:
    return version.scheme == exact.scheme and (
        version.numbers == exact.numbers[: len(version.numbers)]
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


def _read(found: _Found, elsewhere: set[str]) -> EntryTags:
    versions = found.versions
    spellings = {split.spelling for split in versions.values()} or elsewhere or {""}
    by_length = sorted(spellings, key=len, reverse=True)
    tags = []
    for name in found.names:
        split, dated = versions.get(name), found.dates.get(name)
        if split:
            alias, spelling = split.alias, split.spelling
        else:
            undated = dated.undated if dated else name
            alias, spelling = _name_and_spelling(undated, by_length, versioned=bool(versions))
        tags.append(ReadTag(name, f"{alias}-{dated.date}" if dated else alias, spelling))
    if not versions and not found.dates and not any(tag.spelling for tag in tags):
        # There are no releases (`bookworm-scm`, `stable-scm`): the names are the variants.
        tags = [ReadTag(tag.name, LATEST if tag.name == LATEST else "", tag.name) for tag in tags]
    version = most_exact(split.version for split in versions.values())
    date = most_recent({dated.date for dated in found.dates.values()})
    return EntryTags(
        entry=found.entry,
        tags=tuple(tags),
        version=version or date,
        product=next(
            (split.product for split in versions.values() if split.version is version), ""
        ),
        date=build_date((tag.alias for tag in tags), version),
        variant=max(
            {tag.spelling: None for tag in tags if tag.spelling != LATEST} or {LATEST: None},
            key=_fullness,
        ),
    )


def _name_and_spelling(name: str, spellings: list[str], *, versioned: bool) -> tuple[str, str]:
    """Return alias and spelling of a tag without a version; `spellings` has the longest first."""
    if versioned and name in spellings:
        return LATEST, name
    spelling = next((one for one in spellings if one and name.endswith(f"-{one}")), "")
    return (name.removesuffix(f"-{spelling}") if spelling else name), spelling


@lru_cache(maxsize=1024)
def _fullness(spelling: str) -> tuple[int, bool, int]:
    """Return a sort key for spellings: the more specific, the higher."""
    words = spelling.split("-") if spelling else []
    suite = any(
        split_suite(word, words[number - 1] if number else "") for number, word in enumerate(words)
    )
    return len(words), suite, len(spelling)
