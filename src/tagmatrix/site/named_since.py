"""Since which revision each tag names its folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.explain.provenance import place_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.site.manifest_history import ManifestRevision


@dataclass(frozen=True, slots=True)
class NamedSince:
    """The folders of a tag, and the first of the revisions in which it has named only them.

    `at_least` is whether there are older revisions, so that it may be even longer.
    """

    places: frozenset[str]
    revision: ManifestRevision
    at_least: bool = False


def named_since(
    revisions: Sequence[ManifestRevision], usual: str = "", *, partial: bool = False
) -> Mapping[str, NamedSince]:
    """Return it for each tag of the newest revision.

    Args:
        revisions: the revisions, the oldest first.
        usual: the ref that places do not name.
        partial: whether there are older revisions.
    """
    found: dict[str, NamedSince] = {}
    for number, revision in enumerate(revisions):
        before, found = found, {}
        places: dict[str, list[str]] = {}
        for entry in revision.manifest.entries:
            place = place_of(entry, usual)
            for tag in (*entry.tags, *entry.shared_tags):
                places.setdefault(tag, []).append(place)
        for tag, paths in places.items():
            known, these = before.get(tag), frozenset(paths)
            same = known is not None and known.places == these
            at_least = partial and number == 0
            found[tag] = known if known and same else NamedSince(these, revision, at_least)
    return found
