"""Find short tags that stay at an older release although a newer one is out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.added_removed import could_own
from tagmatrix.diff.changes import Change, ChangeReason, Effect
from tagmatrix.versions import is_channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.diff.snapshot import Snapshot, SnapshotImage, SnapshotTag


def left_behind(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Yield the tags such as `8` and `latest` that did not move to a release that is new.

    A release is new if its cycle had no final release before. One that has a channel, such as
    `devel`, is chosen by users, so the other tags need not follow it.
    """
    before = {cycle for cycle, images in old.cycles.items() if images[0].is_final}
    released = [
        image
        for image in new.cells.values()
        if image.cycle not in before
        and image.version is not None
        and not any(is_channel(tag.alias) for tag in new.tags_of(image.cell))
    ]
    if not released:
        return
    for name, tag in new.tags.items():
        was = old.tags.get(name)
        if was is None or was.main.cycle != tag.main.cycle:
            continue
        newest = _newest(tag, [image for image in released if could_own(tag, image)])
        if newest:
            reason = ChangeReason(Effect.STAYS, tag.main.cycle, newest)
            yield Change(tag=name, reason=reason, old=was, new=tag)


def _newest(tag: SnapshotTag, images: list[SnapshotImage]) -> str:
    """Return the cycle of the newest image that is newer than a tag's, or an empty text."""
    best = tag.main
    for image in images:
        if best.version and image.version and image.version.compare(best.version) == 1:
            best = image
    return best.cycle if best is not tag.main else ""
