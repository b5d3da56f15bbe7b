"""Find full versions of other products in tags: `plugin-8.0.505` follows `plugin-8.0.504`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tagmatrix.diff.changes import ChangeReason, Effect
from tagmatrix.versions import leading_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.diff.snapshot import Snapshot, SnapshotTag
    from tagmatrix.versions import Version

_BEGIN: Final = re.compile(r"(?<![0-9._])[0-9]")
_ALONE: Final = 2
_IN_A_VARIANT: Final = 3
"""How many numbers show a full version, and how many if it is in the name of a variant."""


def follower(tag: SnapshotTag, new: Snapshot, old: Snapshot) -> ChangeReason | None:
    """Return an update if a new tag of the same image follows a tag that ends, or None.

    Both have a full version of another product, beside the same words. So the tag of the
    earlier one ends with its version, and does not vanish.
    """
    return _update(_pairs(tag, new, old))


def followed(tag: SnapshotTag, old: Snapshot, new: Snapshot) -> ChangeReason | None:
    """Return an update if a new tag follows one of the same image that ends, or None."""
    return _update((was, now) for now, was in _pairs(tag, old, new))


def _update(pairs: Iterable[tuple[Version, Version]]) -> ChangeReason | None:
    rising = ((was.tag, now.tag) for was, now in pairs if was.compare(now) == -1)
    return next((ChangeReason(Effect.UPDATE, was, now) for was, now in rising), None)


def _pairs(tag: SnapshotTag, other: Snapshot, own: Snapshot) -> list[tuple[Version, Version]]:
    """Return the versions in which a tag differs from the tags that only `other` has.

    They are tags of the same image, or of one with the same base system whose variant's name
    has the version.
    """
    mine = _of_products(tag)
    return [
        (mine[words], version)
        for image in (other.cycles.get(tag.main.cycle, ()) if mine else ())
        if image.suite == tag.main.suite
        for one in other.tags_of(image.cell)
        if one.name not in own.tags
        for words, version in _of_products(one).items()
        if words in mine
        and len(version.calendar) >= (_ALONE if image.cell == tag.main.cell else _IN_A_VARIANT)
    ]


def _of_products(tag: SnapshotTag) -> dict[tuple[str, str], Version]:
    """Return the full versions in a tag that are not its image's, by the words around each.

    `2.0.1-dev` has the numbers of 2.0.1: it is that version, before the spelling `dev`.
    """
    own = tag.main.version
    if own is None:
        return {}
    return {
        words: version
        for words, version in _versions(tag.name)
        if version.numbers != own.numbers and version.is_full(own) and not version.names(own)
    }


@lru_cache(maxsize=8192)
def _versions(name: str) -> tuple[tuple[tuple[str, str], Version], ...]:
    """Return the versions in a tag, each with the text before and after it."""
    found = []
    begin = 0
    while match := _BEGIN.search(name, begin):
        begin = match.end()
        if version := leading_version(name[match.start() :], "loose"):
            begin = match.start() + len(version.text)
            found.append(((name[: match.start()], name[begin:]), version))
    return tuple(found)
