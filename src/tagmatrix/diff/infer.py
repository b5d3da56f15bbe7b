"""Infer a snapshot from a manifest alone: aliases, spellings, cycles and suites.

An entry's tags are combinations of aliases and spellings. The module recognizes aliases
that are versions; the rest of these tags are the spellings. The spellings then distinguish
other aliases (`lts`, `edge`, a codename) from spellings without an alias (`slim`).
The folder shows which alias is the release cycle, or else the parts that two versions share.
What one manifest shows applies to both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tagmatrix.diff.snapshot import LATEST, SnapshotImage, snapshot
from tagmatrix.diff.vocabulary import (
    is_family,
    read_version,
    split_suite,
    split_version,
    without_dates,
)
from tagmatrix.manifest.values import source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.diff.snapshot import Snapshot
    from tagmatrix.diff.vocabulary import Version
    from tagmatrix.manifest import Entry, Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCell:
    """The exact cell of an image in the matrix; see `SnapshotImage`."""

    cycle: str
    variant: str
    flavor: str
    suite: str


class KnownCells(Protocol):
    """The exact cells of images, for example from versions.yaml."""

    def of(self, directory: str) -> KnownCell | None:
        """Return the cell of the image in a folder of the repository, or None if unknown."""


def infer(
    *manifests: Manifest, known_cells: KnownCells | None = None, sources: bool = True
) -> list[Snapshot]:
    """Return a snapshot of each manifest.

    Args:
        manifests: what one manifest shows applies to all.
        known_cells: exact cells, which replace inferred ones.
        sources: whether to compare the sources of images.
    """
    entries = [[_split(entry, manifest) for entry in manifest.entries] for manifest in manifests]
    every = [entry for part in entries for entry in part]
    cycles = _cycles(entries)
    suites = _Suites(entry.variant for entry in every)
    found = []
    for part in entries:
        images = []
        for entry in part:
            known = known_cells.of(entry.entry.directory) if known_cells else None
            cycle = cycles[entry.version.text] if entry.version else _name(entry)
            if known is None:
                flavor, suite = suites.split(entry.variant)
                known = KnownCell(cycle=cycle, variant=entry.variant, flavor=flavor, suite=suite)
            elif cycle in (aliases := _aliases(entry)) and known.cycle not in aliases:
                known = replace(known, cycle=cycle)  # the folder is named after another cycle
            image = SnapshotImage(
                cycle=known.cycle,
                version=entry.version,
                variant=known.variant,
                flavor=known.flavor,
                suite=known.suite,
                architectures=entry.entry.architectures,
                source=_source(entry.entry) if sources else (),
            )
            images.append((image, entry.tags))
        order = tuple((entry.entry.tags, entry.entry.shared_tags) for entry in part)
        found.append(snapshot(images, order))
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry with its tags split into (name, alias, spelling)."""

    entry: Entry
    tags: tuple[tuple[str, str, str], ...]
    version: Version | None
    variant: str


def _split(entry: Entry, manifest: Manifest) -> _Entry:
    """Return an entry with its tags split."""
    names = (*entry.tags, *entry.shared_tags)
    pairs = {name: split_version(name) for name in names}
    spellings = {rest for version, rest in pairs.values() if version}
    if not spellings:
        spellings = _spellings(manifest) or {""}
        versioned = False
    else:
        versioned = True
    by_length = sorted(spellings, key=len, reverse=True)
    tags = []
    for name, (alias, rest) in pairs.items():
        if alias:
            tags.append((name, alias, rest))
        elif versioned and name in spellings:
            tags.append((name, LATEST, name))
        else:
            spelling = next((one for one in by_length if one and name.endswith(f"-{one}")), "")
            tags.append((name, name.removesuffix(f"-{spelling}") if spelling else name, spelling))
    if not versioned and len(tags) == sum(not spelling for _, _, spelling in tags):
        # There are no releases (`bookworm-scm`, `stable-scm`): the names are the variants.
        tags = [(name, "" if name != LATEST else LATEST, name) for name in names]
    versions = [found for version, _ in pairs.values() if (found := read_version(version))]
    version = max(versions, key=lambda one: one.precision, default=None)
    variant = max((spelling for _, _, spelling in tags), key=_fullness)
    return _Entry(entry, tuple(tags), version, variant)


def _spellings(manifest: Manifest) -> set[str]:
    """Return the parts of tags after a version, from the whole manifest."""
    pairs = [split_version(tag) for entry in manifest.entries for tag in entry.tags]
    return {rest for version, rest in pairs if version}


def _fullness(spelling: str) -> tuple[bool, int, bool, int]:
    """Return a sort key for spellings: the more specific, the higher; dates count least."""
    words = spelling.split("-") if spelling else []
    suite = any(split_suite(word) for word in words)
    return without_dates(spelling) == spelling, len(words), suite, len(spelling)


def _shared_prefixes(entries: Iterable[_Entry]) -> set[tuple[int, ...]]:
    """Return the prefixes that two or more versions share: they are shorter than the cycles."""
    versions: defaultdict[tuple[int, ...], set[tuple[int, ...]]] = defaultdict(set)
    for entry in entries:
        if entry.version is not None:
            numbers = entry.version.numbers
            for length in range(1, len(numbers)):
                versions[numbers[:length]].add(numbers)
    return {prefix for prefix, found in versions.items() if len(found) > 1}


def _cycles(parts: Iterable[list[_Entry]]) -> dict[str, str]:
    """Return the release cycle of each version; it is the same for all entries of a version."""
    shared = {prefix for part in parts for prefix in _shared_prefixes(part)}
    found: dict[str, str] = {}
    in_folder: set[str] = set()
    for entry in (entry for part in parts for entry in part):
        exact = entry.version
        if exact is None or exact.text in in_folder:
            continue
        versions = [read_version(alias) for alias in _aliases(entry)]
        partial = [one for one in versions if one and one.precision < exact.precision]
        partial.sort(key=lambda one: one.precision, reverse=True)
        folders = set(entry.entry.directory.split("/"))
        cycle = next((one.text for one in partial if one.text in folders), "")
        if cycle:
            in_folder.add(exact.text)
        elif exact.text in found:
            continue
        elif partial:
            free = [one for one in partial if one.numbers not in shared]
            cycle = (free[-1:] or partial)[0].text
        else:
            cycle = _cycle_of_one(exact, _name(entry))
        found[exact.text] = cycle
    return found


def _aliases(entry: _Entry) -> list[str]:
    return list(dict.fromkeys(alias for _, alias, _ in entry.tags))


def _name(entry: _Entry) -> str:
    """Return the first alias that is a name, or an empty text."""
    names = [name for name in _aliases(entry) if name not in {"", LATEST}]
    names = [name for name in names if not read_version(name)]
    return min(names, key=lambda name: without_dates(name) != name, default="")


def _cycle_of_one(version: Version, name: str) -> str:
    """Return the cycle of an entry whose only version alias is the exact version."""
    numbers = version.numbers
    if len(numbers) > 2:  # noqa: PLR2004 (8.19.20 is in cycle 8.19, 24.04 is its own cycle)
        return ".".join(map(str, numbers[:-1]))
    if version.stage is not None:
        return version.base
    return name if name and without_dates(version.text) != version.text else version.text


def _source(entry: Entry) -> tuple[object, ...]:
    return (source_of(entry), entry.constraints, tuple(sorted(entry.arch_values.items())))


class _Suites:
    """Finds the release of the base system in the name of a variant.

    A word in the position of another variant's known suite is a suite too: with
    `slim-bookworm`, `slim-whatever` has a suite `whatever`.
    """

    def __init__(self, variants: Iterable[str]) -> None:
        every = [tuple(variant.split("-")) for variant in dict.fromkeys(variants)]
        slots = {
            (*words[:number], "*", *words[number + 1 :])
            for words in every
            for number in range(len(words))
            if len(words) > 1 and self._known(words, number) == ("", words[number])
        }
        self._inferred = {
            words[number]
            for words in every
            for number in range(len(words))
            if (*words[:number], "*", *words[number + 1 :]) in slots
            and words[number].isalpha()
            and not is_family(words[number])
        }

    def split(self, variant: str) -> tuple[str, str]:
        """Return flavor and suite of a variant."""
        words = tuple(variant.split("-"))
        for number, word in enumerate(words):
            found = self._known(words, number)
            if found is None and word in self._inferred:
                found = "", word
            if found is not None:
                kept = [*words[:number], found[0], *words[number + 1 :]]
                return "-".join(word for word in kept if word), found[1]
        return variant, ""

    @staticmethod
    def _known(words: tuple[str, ...], number: int) -> tuple[str, str] | None:
        return split_suite(words[number], words[number - 1] if number else "")
