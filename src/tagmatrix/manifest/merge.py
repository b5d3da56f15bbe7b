"""Merge the entries of a manifest: clean folders, one entry for each build."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.manifest.values import clean_directory, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.manifest.model import Entry


def merge_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return one entry for each build, in the position of its first one, with the tags of all.

    The reference compares every entry with all others; this takes linear time.
    """
    builds: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        builds.setdefault(_build_key(entry), []).append(entry)
    return tuple([_merged(same) for same in builds.values()])


def _build_key(entry: Entry) -> tuple[object, ...]:
    """Return a key that is equal for two entries of the same build.

    An empty list of constraints has one empty item; an empty override is the same as none.
    """
    return (
        entry.architectures,
        source_of(entry),
        () if entry.constraints == ("",) else entry.constraints,
        frozenset([pair for pair in entry.arch_values.items() if pair[1]]),
    )


def _merged(entries: list[Entry]) -> Entry:
    """Return the first of some entries with the tags of all."""
    if len(entries) == 1:
        return entries[0]
    shared_tags = dict.fromkeys(tag for entry in entries for tag in entry.shared_tags)
    return replace(
        entries[0],
        tags=tuple([tag for entry in entries for tag in entry.tags]),
        shared_tags=tuple(shared_tags),
    )


def clean_entry(entry: Entry) -> Entry:
    """Return the entry with clean folders and each shared tag once."""
    old = entry.directory, entry.shared_tags, entry.arch_values
    directory = clean_directory(entry.directory)
    shared_tags = tuple(dict.fromkeys(entry.shared_tags))
    arch_values = _clean_folders(entry.arch_values)
    if (directory, shared_tags, arch_values) == old:
        return entry
    return replace(entry, directory=directory, shared_tags=shared_tags, arch_values=arch_values)


def _clean_folders(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields for single architectures with clean folders; the same object if clean."""
    folders = {
        name: clean
        for name, value in values.items()
        if value and name.endswith("-Directory") and (clean := clean_directory(value)) != value
    }
    return MappingProxyType({**values, **folders}) if folders else values
