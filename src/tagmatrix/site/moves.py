"""What moved in the history of a manifest: each revision is compared with the one before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tagmatrix.diff import Changes, Severity, compare, infer
from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.site.page_data import RevisionMoves

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tagmatrix.diff.snapshot import Snapshot
    from tagmatrix.manifest import Manifest
    from tagmatrix.manifest.entry_tags import EntryTags
    from tagmatrix.site.page_data import ManifestRevision


@dataclass(frozen=True, slots=True)
class History:
    """The history of a manifest.

    Attributes:
        steps: what moved with each revision, the newest first, without mere rebuilds.
        cycles: the first day of each release cycle.
        suites: the first day of each suite.
    """

    steps: tuple[RevisionMoves, ...]
    cycles: Mapping[str, dt.date]
    suites: Mapping[str, dt.date]


def history(revisions: Sequence[ManifestRevision]) -> History:
    """Compare each revision with the one before."""
    steps: list[RevisionMoves] = []
    cycles: dict[str, dt.date] = {}
    suites: dict[str, dt.date] = {}
    _note(snapshot_of(revisions[0]), revisions[0], cycles, suites)
    last: list[tuple[Manifest, list[EntryTags]]] = []  # most manifests are compared twice

    def read(manifest: Manifest) -> list[EntryTags]:
        for known, tags in last:
            if known is manifest:
                return tags
        last[1:] = last[:1]
        last[:1] = [(manifest, read_entry_tags(manifest))]
        return last[0][1]

    for old, new in pairwise(revisions):
        before, after = infer(old.manifest, new.manifest, sources=False, reader=read)
        moved = tuple(each for each in compare(before, after).changes if each.tag)
        if moved:
            steps.append(RevisionMoves(revision=new, changes=Changes(moved)))
        _note(after, new, cycles, suites)
    return History(tuple(reversed(steps)), cycles, suites)


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
