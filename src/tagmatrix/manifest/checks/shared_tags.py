"""Check the entries of one manifest together: shared tags and Windows builds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.manifest.entry_tags import LATEST
from tagmatrix.manifest.query import shared_tag_groups
from tagmatrix.manifest.windows_builds import BARE, FIRST, builds, constraints, tag_builds
from tagmatrix.util.wording import few
from tagmatrix.versions import most_exact, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagmatrix.manifest.checks.document import Finding, LintedManifest
    from tagmatrix.manifest.entry_tags import EntryTags
    from tagmatrix.manifest.model import Entry
    from tagmatrix.manifest.query import SharedGroup
    from tagmatrix.versions import Version

_SHOWN: Final = 3
_NO_BUILD: Final = "windows-amd64 of an unknown build"
_ANY_BUILD: Final = "windows-amd64"


def check_platforms(document: LintedManifest, reads: Sequence[EntryTags]) -> Iterator[Finding]:
    """Yield the findings about the entries of a manifest; `reads` is what their tags say."""
    one_build = all(builds(entry) <= FIRST for entry in document.manifest.entries)
    for entry in document.manifest.entries:
        yield from _check_constraints(document, entry, one_build=one_build)
    versions = {id(read.entry): _own_version(read) for read in reads}
    for group in shared_tag_groups(document.manifest):
        yield from _check_architectures(document, group)
        yield from _check_versions(document, group, versions)
    yield from _check_windows_only(document, reads)


def _check_constraints(
    document: LintedManifest, entry: Entry, *, one_build: bool
) -> Iterator[Finding]:
    """Yield Windows images without one build, and other images with one.

    A manifest has no date. So if it has one build of Windows Server at most, it may be of the
    time before 2018, when there was only one, and the constraint was `windowsservercore` alone.
    """
    rule = "windows-constraint"
    named = constraints(entry.constraints)
    windows = [name for name in entry.architectures if is_windows(name)]
    if not windows:
        if named:
            problem = f"{', '.join(entry.constraints)} is for Windows, but the image is not"
            yield document.about(rule, entry, f"{problem}: remove the constraint")
        return
    if len(windows) < len(entry.architectures):
        problem = "is for Windows and others, so no constraint fits all: make two entries"
        yield document.about(rule, entry, problem)
    if one_build and not named and not tag_builds(entry) and BARE.intersection(entry.constraints):
        return
    if not named:
        build = min(tag_builds(entry), default="BUILD")
        problem = (
            "is for Windows without a constraint for its build: add 'Constraints: "
            f"windowsservercore-{build}' or 'Constraints: nanoserver-{build}'"
        )
        yield document.about(rule, entry, problem)
        return
    said, meant = {build for _, build in named}, tag_builds(entry)
    if len(said) > 1:
        problem = f"names several builds ({', '.join(sorted(said))}), but a host has only one"
        yield document.about(rule, entry, f"{problem}: keep one")
    elif meant and not said <= meant:
        problem = f"has tags of {', '.join(sorted(meant))} and a constraint of {min(said)}"
        yield document.about(rule, entry, f"{problem}: make them match")


def _check_architectures(document: LintedManifest, group: SharedGroup) -> Iterator[Finding]:
    """Yield shared tags that have an architecture (or Windows build) twice; report each once."""
    owners: dict[str, int] = {}
    twice: dict[tuple[int, int], list[str]] = {}
    named: set[str] = set()
    for number, entry in enumerate(group.entries):
        platforms = _platforms(entry)
        for name, others in platforms.items():
            owner = next((owners[other] for other in others if other in owners), None)
            if owner is not None and name not in named:
                named.add(name)
                twice.setdefault((owner, number), []).append(name)
        for name in (*platforms, *([_ANY_BUILD] if any(map(is_windows, platforms)) else [])):
            owners.setdefault(name, number)
    for (first, second), names in twice.items():
        problem = (
            f"{few(group.tags, _SHOWN)} would have {', '.join(names)} twice, from here and from "
            f"{document.name}:{group.entries[second].tags[0]}: remove it from one of them"
        )
        yield document.about("shared-architecture", group.entries[first], problem)


def _platforms(entry: Entry) -> dict[str, tuple[str, ...]]:
    """Return the platforms of an entry, each with the platforms that it conflicts with."""
    found: dict[str, tuple[str, ...]] = {}
    for name in entry.architectures:
        if not is_windows(name):
            found[name] = (name,)
            continue
        for build in sorted(builds(entry)):
            found[f"{name} of {build}"] = (f"{name} of {build}", _NO_BUILD)
        if not builds(entry):
            found[_NO_BUILD] = (_ANY_BUILD,)
    return found


def _check_versions(
    document: LintedManifest, group: SharedGroup, versions: Mapping[int, Version | None]
) -> Iterator[Finding]:
    """Yield shared tags whose images have different versions; `versions` has those by entry."""
    first = group.entries[0]
    mine = versions[id(first)]
    for other in group.entries[1:]:
        theirs = versions[id(other)]
        if mine and theirs and not _agree(mine, theirs):
            problem = (
                f"{few(group.tags, _SHOWN)} would be {mine} here and {theirs} in "
                f"{document.name}:{other.tags[0]}: share tags among images of one version"
            )
            yield document.about("shared-version", first, problem)
            return


def _own_version(read: EntryTags) -> Version | None:
    """Return the version that the tags say which an entry does not share."""
    own = set(read.entry.tags)
    versions = (parse(tag.alias, "loose") for tag in read.tags if tag.name in own)
    return most_exact(version for version in versions if version)


def _agree(one: Version, other: Version) -> bool:
    """Return whether two versions are equal, or one is a part of the other."""
    return not one.compare(other) or one.tag in other.parts or other.tag in one.parts


def _check_windows_only(document: LintedManifest, reads: Sequence[EntryTags]) -> Iterator[Finding]:
    """Yield versions that are on Windows only although other systems have a release of the line.

    A line of releases without any image for other systems has no tag to add there.
    """
    lines = {line for read in reads if not _on_windows([read.entry]) for line in _lines(read)}
    owners: dict[str, list[EntryTags]] = {}
    for read in reads:
        for tag in read.tags:
            if tag.name == LATEST or (not tag.spelling and parse(tag.alias, "loose")):
                owners.setdefault(tag.name, []).append(read)
    grouped: dict[int, tuple[EntryTags, list[str]]] = {}
    for tag_name, found in owners.items():
        if _on_windows([read.entry for read in found]) and lines.intersection(_lines(found[0])):
            grouped.setdefault(id(found[0]), (found[0], []))[1].append(tag_name)
    for read, tags in grouped.values():
        problem = f"{few(tags, _SHOWN)} would be on Windows only: add it to a Linux image too"
        yield document.about("windows-only", read.entry, problem)


def _lines(read: EntryTags) -> set[tuple[int, ...]]:
    """Return the numbers of the line of releases that an entry belongs to: 3.10 of 3.10.2."""
    if read.version is None:
        return {()}
    numbers = read.version.numbers
    return {numbers[:-1] if len(numbers) > 1 else numbers}


def _on_windows(entries: Sequence[Entry]) -> bool:
    return all(is_windows(name) for entry in entries for name in entry.architectures)
