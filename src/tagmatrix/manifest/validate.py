"""Validate and assemble a manifest from any source: text, JSON or values.

The rules are those of bashbrew's `manifest` package: both accept the same manifests. The
changes to entries are bashbrew's too: it merges entries, removes duplicates of shared
tags and cleans folders.
https://github.com/docker-library/bashbrew/blob/master/manifest/rfc2822.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from msgspec.structs import replace

from tagmatrix.manifest.architecture_names import ARCHITECTURES
from tagmatrix.manifest.errors import ManifestError, quote
from tagmatrix.manifest.merge import clean_entry, merge_entries
from tagmatrix.manifest.model import Manifest
from tagmatrix.manifest.places import ValuePlace
from tagmatrix.manifest.values import MAINTAINER_FORMAT, is_commit, is_fetch, is_tag, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.manifest.model import Entry
    from tagmatrix.manifest.places import EntryPlace

# Every entry has a copy of all inherited values, also in JSON, so that a hostile file of n
# bytes could need n * n bytes of memory. Real manifests stay below 200,000.
MAX_INHERITED: Final = 16_000_000
# The cost of a value besides its characters: a place in a list, a line of JSON.
_VALUE: Final = 16

_looks_like_one: Final = re.compile(r"[a-z][a-z0-9]{1,31}(?:-[a-z0-9]{1,31})?").fullmatch
_EMPTY: Final = "the list has an empty item: remove the comma, or the whole field"


class Assembler:
    """Builds a valid manifest from the first paragraph and then each entry.

    Args:
        global_: the first paragraph on top of the format's defaults.
        place: the place of the first paragraph, for messages.
        any_architecture: accept unknown architectures with the form of an
            architecture's name.

    Raises:
        ManifestError: the global part breaks a rule.
    """

    def __init__(
        self, global_: Entry, place: EntryPlace, *, any_architecture: bool = False
    ) -> None:
        self._global = global_
        self._global_place = place
        self._any_architecture = any_architecture
        self._tags: set[str] = set()
        self._shared_tags: set[str] = set()
        self._entries: list[tuple[Entry, int | str]] = []
        self._inherited = 0
        self._weight = _weight(global_)
        if not global_.maintainers:
            problem = (
                f"missing in the first paragraph: begin with 'Maintainers: {MAINTAINER_FORMAT}'"
            )
            if place.line_of("\ufeffMaintainers"):
                problem = "hidden by the byte order mark before it: save the file without it"
            self._fail(problem, place, "Maintainers")
        if global_.tags:
            self._fail(
                "not allowed in the first paragraph, which holds the defaults of all entries: "
                "put an empty line before the first entry",
                place,
                "Tags",
            )
        self._check_architectures(global_, place)

    def add(self, entry: Entry, place: EntryPlace) -> None:
        """Check a complete entry, and merge it with an earlier one of the same build.

        Raises:
            ManifestError: the entry breaks a rule, or conflicts with an earlier one.
        """
        self._inherited += self._weight
        if self._inherited > MAX_INHERITED:
            self._fail(
                f"the entries inherit more than {MAX_INHERITED:,} characters from the "
                "first paragraph: is this a manifest?",
                place,
                "",
            )
        if not entry.tags:
            self._fail("missing: every entry needs at least one tag", place, "Tags")
        self._check_source(entry, place)
        entry = clean_entry(entry)
        self._check_architectures(entry, place)
        self._check_tags(entry, place)

    def manifest(self) -> Manifest:
        """Return the manifest of all added entries."""
        entries = merge_entries(entry for entry, _ in self._entries)
        return Manifest(global_=self._global, entries=entries)

    def _check_source(self, entry: Entry, place: EntryPlace) -> None:
        """Check repository, branch and commit, which every entry needs."""
        if not entry.git_repo:
            self._fail(
                "missing: give the repository to clone in the entry or in the first paragraph",
                place,
                "GitRepo",
            )
        if not is_fetch(entry.git_fetch):
            self._fail(
                f"invalid branch or tag {quote(entry.git_fetch)}: write its full name, "
                "'refs/heads/NAME' or 'refs/tags/NAME', without '*', '?' and ':'",
                place,
                "GitFetch",
            )
        if not is_commit(entry.git_commit):
            self._fail(
                f"invalid commit {quote(entry.git_commit)}: write its whole hash, 40 or 64 "
                "digits of 0-9 and a-f, not a tag, a branch or the beginning of a hash"
                if entry.git_commit
                else "missing: give the hash of the commit to build",
                place,
                "GitCommit",
            )

    def _check_architectures(self, entry: Entry, place: EntryPlace) -> None:
        """Check that every architecture is known."""
        for name in entry.architectures:
            if name in ARCHITECTURES or (self._any_architecture and _looks_like_one(name)):
                continue
            known = ", ".join(sorted(ARCHITECTURES))
            problem = f"unknown architecture {quote(name)}: choose from {known}"
            self._fail(problem if name else _EMPTY, place, "Architectures", name)

    def _check_tags(self, entry: Entry, place: EntryPlace) -> None:
        """Check the form of the tags, and that no other entry has the same tags."""
        tags, shared_tags = entry.tags, entry.shared_tags
        free = len(self._tags) + len(tags)
        self._tags.update(tags)
        if not (
            len(self._tags) == free
            and all(map(is_tag, tags))
            and self._shared_tags.isdisjoint(tags)
            and self._tags.isdisjoint(shared_tags)
            and all(map(is_tag, shared_tags))
        ):
            self._fail_tags(entry, place)
        self._shared_tags.update(shared_tags)
        self._entries.append((entry, place.origin))

    def _fail_tags(self, entry: Entry, place: EntryPlace) -> NoReturn:
        """Raise the error for the first tag that fails the check, and name its earlier owner."""
        owners: dict[str, tuple[str, int | str]] = {}
        for other, origin in reversed(self._entries):
            owners.update(dict.fromkeys(other.shared_tags, ("shared tag", origin)))
            owners.update(dict.fromkeys(other.tags, ("tag", origin)))
        for field, tags in (("Tags", entry.tags), ("SharedTags", entry.shared_tags)):
            for tag in tags:
                if not is_tag(tag):
                    self._fail(_bad_tag(tag), place, field, tag)
                kind, origin = owners.get(tag, ("", ""))
                if kind == "tag" or (kind and field == "Tags"):
                    owner = f"the entry on line {origin}" if isinstance(origin, int) else origin
                    problem = f"{quote(tag)} is already a {kind} of {owner}: remove one"
                    self._fail(problem, place, field, tag)
                owners[tag] = (kind or "tag", "this entry")
        raise AssertionError(entry)

    def _fail(self, problem: str, place: EntryPlace, field: str, item: str = "") -> NoReturn:
        """Raise the error with the line that has the value, which may be inherited."""
        line = place.line_of(field, item) or self._global_place.line_of(field, item)
        if isinstance(place.origin, int):
            line = line or place.origin
        else:
            field = f"{place.origin}.{field}" if field else place.origin
        raise ManifestError(problem, line=line, field=field or None)


def _weight(global_: Entry) -> int:
    """Return approximately how many characters an entry inherits."""
    values = (
        *map(str, global_.maintainers),
        *global_.shared_tags,
        *global_.architectures,
        *global_.constraints,
        *global_.arch_values,
        *global_.arch_values.values(),
        *source_of(global_),
    )
    return sum(map(len, values)) + _VALUE * len(values)


def assemble(global_: Entry, entries: Iterable[Entry]) -> Manifest:
    """Return the valid manifest of entries that are not from a text.

    Raises:
        ManifestError: an entry breaks a rule; the message gives its position.
    """
    assembler = Assembler(_sort(global_), ValuePlace("global"))
    for number, entry in enumerate(entries):
        assembler.add(_sort(entry), ValuePlace(f"entries[{number}]"))
    return assembler.manifest()


def _sort(entry: Entry) -> Entry:
    """Return the entry with its architectures in the parser's order."""
    architectures = tuple(sorted(set(entry.architectures)))
    if architectures == entry.architectures:
        return entry
    return replace(entry, architectures=architectures)


def _bad_tag(tag: str) -> str:
    """Return the message for an invalid tag."""
    if not tag:
        return _EMPTY
    return (
        f"invalid tag {quote(tag)}: a tag has at most 128 letters, digits, '_', '.' and '-', "
        "and does not begin with '.' or '-'"
    )
