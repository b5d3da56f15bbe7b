"""Normalize entries: clean folders, and one entry for each build."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagmatrix.manifest.values import clean_directory, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.manifest.model import Entry


class Merger:
    """Collects entries; the tags of an entry with an earlier build go to the earlier entry.

    The reference compares every entry with all others; this takes linear time.
    """

    def __init__(self, common: tuple[str, ...] = ()) -> None:
        """Create a merger; `common` are the constraints that entries inherit."""
        self._common = common
        self._printed = ", ".join(common)
        self._entries: list[Entry] = []
        self._positions: dict[tuple[object, ...], int] = {}
        self._more: dict[int, _Tags] = {}

    def add(self, entry: Entry) -> None:
        """Add an entry, or merge it with an earlier one of the same build."""
        position = self._positions.setdefault(self._build_key(entry), len(self._entries))
        if position == len(self._entries):
            self._entries.append(entry)
        else:
            more = self._more.setdefault(position, _Tags())
            more.tags += entry.tags
            more.shared_tags += entry.shared_tags

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries, each in the position of the first one of its build."""
        entries = list(self._entries)
        for position, more in self._more.items():
            entry = entries[position]
            entries[position] = replace(
                entry,
                tags=(*entry.tags, *more.tags),
                shared_tags=tuple(dict.fromkeys([*entry.shared_tags, *more.shared_tags])),
            )
        return tuple(entries)

    def _build_key(self, entry: Entry) -> tuple[object, ...]:
        """Return a key that is equal for two entries of the same build.

        Constraints are compared as printed; an empty override is the same as none.
        """
        if entry.constraints is self._common:
            constraints = self._printed  # saves memory: most entries have no other constraints
        else:
            constraints = ", ".join(entry.constraints)
        return (
            entry.architectures,
            source_of(entry),
            constraints,
            frozenset([pair for pair in entry.arch_values.items() if pair[1]]),
        )


@dataclass(slots=True)
class _Tags:
    """The tags of later entries that are merged into an earlier one."""

    tags: list[str] = field(default_factory=list)
    shared_tags: list[str] = field(default_factory=list)


def clean_entry(entry: Entry) -> Entry:
    """Return the entry with clean folders and each shared tag once."""
    directory = clean_directory(entry.directory)
    shared_tags = entry.shared_tags
    if shared_tags and len(set(shared_tags)) != len(shared_tags):
        shared_tags = tuple(dict.fromkeys(shared_tags))
    arch_values = _clean_folders(entry.arch_values) if entry.arch_values else entry.arch_values
    if (
        directory == entry.directory
        and shared_tags is entry.shared_tags
        and arch_values is entry.arch_values
    ):
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
