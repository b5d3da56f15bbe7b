"""Check the entries of one manifest together: shared tags and Windows builds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.architectures import is_windows
from tagmatrix.manifest.checks.windows import builds, constraints, tag_builds
from tagmatrix.manifest.query import shared_tag_groups
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.manifest.checks.document import Document, Finding
    from tagmatrix.manifest.model import Entry
    from tagmatrix.manifest.query import SharedGroup

_VERSION: Final = re.compile(r"v?([0-9][0-9A-Za-z._+]*)(?:-|$)")
_VERSION_TAG: Final = re.compile(
    r"v?[0-9]+(?:[._][0-9]+)*(?:-?(?:a|b|rc|alpha|beta|ea|m|preview)[0-9.]*)?", re.IGNORECASE
)
LATEST: Final = "latest"
_SHOWN: Final = 3
_NO_BUILD: Final = "windows-amd64 of an unknown build"
_ANY_BUILD: Final = "windows-amd64"


def check_platforms(document: Document) -> Iterator[Finding]:
    """Yield the findings about the entries of a manifest."""
    for entry in document.manifest.entries:
        yield from _check_constraints(document, entry)
    for group in shared_tag_groups(document.manifest):
        yield from _check_architectures(document, group)
        yield from _check_versions(document, group)
    yield from _check_windows_only(document)


def version_of(entry: Entry) -> str:
    """Return the version that an entry's first tag begins with, or "".

    >>> from tagmatrix.manifest import Entry
    >>> version_of(Entry(tags=("v3.14.6-trixie", "trixie"))), version_of(Entry(tags=("noble",)))
    ('3.14.6', '')
    """
    match = _VERSION.match(entry.tags[0])
    return match[1] if match else ""


def _check_constraints(document: Document, entry: Entry) -> Iterator[Finding]:
    """Yield Windows images without one build, and other images with one."""
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
    if not named:
        problem = (
            "is for Windows without a constraint for its build: add 'Constraints: "
            f"windowsservercore-{min(tag_builds(entry), default='BUILD')}' or the nanoserver one"
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


def _check_architectures(document: Document, group: SharedGroup) -> Iterator[Finding]:
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


def _check_versions(document: Document, group: SharedGroup) -> Iterator[Finding]:
    """Yield shared tags whose images have different versions."""
    first = group.entries[0]
    mine = version_of(first)
    for other in group.entries[1:]:
        theirs = version_of(other)
        if mine and theirs and not _agree(mine, theirs):
            problem = (
                f"{few(group.tags, _SHOWN)} would be {mine} here and {theirs} in "
                f"{document.name}:{other.tags[0]}: share tags among images of one version"
            )
            yield document.about("shared-version", first, problem)
            return


def _agree(one: str, other: str) -> bool:
    """Return whether two versions are equal, or one is a prefix of the other."""
    if len(other) < len(one):
        one, other = other, one
    return one == other or other.startswith((f"{one}.", f"{one}_", f"{one}+"))


def _check_windows_only(document: Document) -> Iterator[Finding]:
    """Yield versions that are on Windows only, in a manifest with other systems."""
    owners: dict[str, list[Entry]] = {}
    for entry in document.manifest.entries:
        for tag in (*entry.tags, *entry.shared_tags):
            if tag == LATEST or _VERSION_TAG.fullmatch(tag):
                owners.setdefault(tag, []).append(entry)
    only = {tag: found[0] for tag, found in owners.items() if _on_windows(found)}
    if not only or _on_windows(document.manifest.entries):
        return
    grouped: dict[Entry, list[str]] = {}
    for tag, entry in only.items():
        grouped.setdefault(entry, []).append(tag)
    for entry, tags in grouped.items():
        problem = f"{few(tags, _SHOWN)} would be on Windows only: add it to a Linux image too"
        yield document.about("windows-only", entry, problem)


def _on_windows(entries: Sequence[Entry]) -> bool:
    return all(is_windows(name) for entry in entries for name in entry.architectures)
