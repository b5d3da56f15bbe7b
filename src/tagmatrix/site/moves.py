"""What moved in the history of a manifest: each revision is compared with the one before."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tagmatrix.diff import Changes, Severity, compare, infer
from tagmatrix.guard.committed_tags import tags_of_catalog
from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.site.named_since import named_since
from tagmatrix.site.page_data import RevisionMoves

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tagmatrix.diff.snapshot import Snapshot
    from tagmatrix.guard.committed_tags import CommittedTags
    from tagmatrix.guard.known_folders import Folders
    from tagmatrix.manifest import Manifest
    from tagmatrix.manifest.entry_tags import EntryTags
    from tagmatrix.site.manifest_history import ManifestRevision
    from tagmatrix.site.named_since import NamedSince


@dataclass(frozen=True, slots=True)
class History:
    """The history of a manifest.

    Attributes:
        steps: what moved with each revision, the newest first, without mere rebuilds.
        cycles: the first day of each release cycle.
        suites: the first day of each suite.
        exact: all tags of the first commit, and of each whose tags are known better than those
            of the commit before.
        named: since when each tag names its folders.
    """

    steps: tuple[RevisionMoves, ...]
    cycles: Mapping[str, dt.date]
    suites: Mapping[str, dt.date]
    exact: Mapping[str, Snapshot]
    named: Mapping[str, NamedSince]


def history(
    revisions: Sequence[ManifestRevision],
    folders: Folders | None = None,
    *,
    usual: str = "",
    partial: bool = False,
) -> History:
    """Compare each revision with the one before.

    The JSON of a revision has its versions and variants as tagmatrix made them. It counts if it
    has the entries of the manifest; otherwise the manifest's tags have to show them.

    Args:
        revisions: the revisions, the oldest first.
        folders: the images of versions.yaml by folder; None for a manifest alone.
        usual: the ref that places of images do not name.
        partial: whether there are older revisions.
    """
    steps: list[RevisionMoves] = []
    cycles: dict[str, dt.date] = {}
    suites: dict[str, dt.date] = {}
    last: list[tuple[Manifest, list[EntryTags]]] = []  # most manifests are compared twice

    def read(manifest: Manifest) -> list[EntryTags]:
        for known, tags in last:
            if known is manifest:
                return tags
        last[1:] = last[:1]
        last[:1] = [(manifest, read_entry_tags(manifest))]
        return last[0][1]

    def inferred(*which: ManifestRevision) -> list[Snapshot]:
        manifests = [each.manifest for each in which]
        return infer(*manifests, known_cells=folders, sources=False, reader=read)

    was = _exact(revisions[0], folders)
    first = was.snapshot if was else inferred(revisions[0])[0]
    exact = {revisions[0].commit: first}
    _note(first, revisions[0], cycles, suites)
    for old, new in pairwise(revisions):
        now = _exact(new, folders)
        if was and now and was.style == now.style:
            before, after = was.snapshot, now.snapshot
        else:
            before, after = inferred(old, new)
            if now:
                exact[new.commit] = now.snapshot
        moved = tuple(each for each in compare(before, after).changes if each.tag)
        if moved:
            steps.append(RevisionMoves(revision=new, changes=Changes(moved)))
        was = now
        _note(now.snapshot if now else after, new, cycles, suites)
    named = named_since(revisions, usual, partial=partial)
    return History(tuple(reversed(steps)), cycles, suites, exact, named)


def _exact(revision: ManifestRevision, folders: Folders | None) -> CommittedTags | None:
    """Return the tags of a revision by its JSON; None if that is missing, or of another one."""
    if folders is None or not revision.catalog:
        return None
    return tags_of_catalog(revision.manifest, zlib.decompress(revision.catalog), folders)


def _note(
    snapshot: Snapshot,
    revision: ManifestRevision,
    cycles: dict[str, dt.date],
    suites: dict[str, dt.date],
) -> None:
    """Note the first day of the cycles and suites of a revision."""
    day = revision.when.date()
    for cycle in snapshot.cycles:
        cycles.setdefault(cycle, day)
    for suite in snapshot.suites:
        suites.setdefault(suite, day)


def worst(step: RevisionMoves) -> str:
    """Return the word for the worst of a step's changes: breaking, notable or expected."""
    return (step.changes.severity or Severity.EXPECTED).word


def snapshot_of(revision: ManifestRevision) -> Snapshot:
    """Return the tags of a revision."""
    (found,) = infer(revision.manifest, sources=False)
    return found
