"""Aliases that never move: they have the whole version of their image, or the date of its build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.manifest.tag_dates import build_date, split_alias
from tagmatrix.versions import most_exact, version_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tagmatrix.manifest.model import Manifest
    from tagmatrix.versions import Version


def build_of(version: Version | None, aliases: Iterable[str]) -> Version | None:
    """Return the most exact version that an image's aliases name; None if it has no version.

    An image at 25.0.4 with the alias 25.0.4_7 is this build, also with words around it.

    >>> from tagmatrix.versions import parse
    >>> str(build_of(parse("25.0.4", "loose"), ["jdk-25.0.4_7", "25"]))
    '25.0.4_7'
    """
    if version is None:
        return None
    named = (version_in(text, version.style) for text in dict.fromkeys(aliases))
    return most_exact([version, *(one for one in named if one and one.names(version))])


def exact_aliases(version: Version | None, aliases: Collection[str]) -> frozenset[str]:
    """Return which aliases of an image never move.

    >>> from tagmatrix.versions import parse
    >>> aliases = ["25.0.4", "25", "25.0.4_7", "25.0.4-lts", "lts-20260815"]
    >>> sorted(exact_aliases(parse("25.0.4", "loose"), aliases))
    ['25.0.4', '25.0.4-lts', '25.0.4_7', 'lts-20260815']
    """
    build = build_of(version, aliases)
    date = build_date(aliases, build)
    return frozenset([one for one in aliases if is_exact(one, build, date)])


def fixed_tags(manifest: Manifest) -> set[str]:
    """Return the tags of a manifest that have a whole version, or the date of a build."""
    return {
        tag.name
        for each in read_entry_tags(manifest)
        for tag in each.tags
        if is_exact(tag.alias, each.version, each.date)
    }


def is_exact(alias: str, version: Version | None, date: Version | None) -> bool:
    """Return whether an alias names the exact version of an image, or the date of its build."""
    if has_date(alias, date):
        return True
    if version is None:
        return False
    if alias == version.tag:
        return True
    if version.scheme == "date":
        return alias.endswith(f"-{version}")
    named = version_in(alias, version.style)
    return named is not None and _is_whole(named, version)


def has_date(alias: str, date: Version | None) -> bool:
    """Return whether an alias names the date of a build."""
    return date is not None and split_alias(alias)[1] == str(date)


def _is_whole(named: Version, version: Version) -> bool:
    """Return whether a version is named whole: 25.0.4 of 25.0.4_7, which is a build of it."""
    if version.is_final:
        return named.is_full(version) and named.names(version)
    return named.precision == version.precision and named.compare(version) == 0
