"""Find the names of lines, such as `8` of 8.6.2, that entries have instead of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.versions import is_channel, parse

if TYPE_CHECKING:
    from tagmatrix.manifest.entry_tags import EntryTags
    from tagmatrix.versions import Version


def without_lines(parts: list[list[EntryTags]]) -> list[list[EntryTags]]:
    """Return the entries of manifests, without versions that are the name of a line only.

    The image of `unstable, 8` is not at version 8 if `8` was a tag of 8.6.2: it has a channel
    and no version. The image of `20260815, 1.2` has a date as its version.
    """
    lines = {name for part in parts for entry in part for name in _lines(entry)}
    return [[_without_line(entry, lines) for entry in part] for part in parts]


def _lines(entry: EntryTags) -> set[str]:
    """Return the shorter names that an entry has beside its exact version."""
    exact = entry.version
    if exact is None or exact.scheme == "date":
        return set()
    parts = {part for part in exact.parts if part != exact.tag}
    return parts & {tag.alias for tag in entry.tags}


def _without_line(entry: EntryTags, lines: set[str]) -> EntryTags:
    """Return an entry, with another version or none if a channel or a date shares the line."""
    version = entry.version
    if version is None or version.text not in lines:
        return entry
    aliases = {tag.alias for tag in entry.tags}
    dates = [one for alias in aliases if (one := _date(alias))]
    if dates:
        return replace(entry, version=max(dates, key=lambda one: one.order), date=None)
    return replace(entry, version=None) if any(map(is_channel, aliases)) else entry


def _date(alias: str) -> Version | None:
    version = parse(alias, "loose")
    return version if version and version.scheme == "date" else None
