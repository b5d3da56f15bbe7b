"""The causes of changes: what versions.yaml says about the images of a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.diff import Effect
from tagmatrix.util.wording import one_line

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.diff import Change, Changes
    from tagmatrix.diff.snapshot import SnapshotTag
    from tagmatrix.matrix.expand import Image, Matrix


def explained(changes: Changes, config: Config, matrix: Matrix) -> Changes:
    """Return the changes, each loss with its cause if versions.yaml has one."""
    left_out = {(cell.cycle, cell.variant): cell.why for cell in matrix.left_out}
    images = {(image.cycle, image.name): image for image in matrix.images}
    whole = {
        release.cycle: f"upstream publishes only {', '.join(release.artifacts)} for it"
        for release in config.releases
        if release.artifacts is not None
    }

    def cause(change: Change) -> str:
        old, new, reason = change.old, change.new, change.reason
        if reason.kind is Effect.LOSES:
            return _loss(change, images, left_out)
        if reason.kind in {Effect.GOES_BACK, Effect.PRERELEASE} and old and new:
            return _owner(new, images) if old.main.cycle != new.main.cycle else ""
        if reason.kind is Effect.VANISHES and old:
            cells = [image.cell for image in old.images]
            if reason.by == "moved":
                cells = [(reason.new, variant) for _, variant in cells]
            found = [left_out[cell] for cell in cells if cell in left_out]
            if not found and reason.by in {"gone", "everywhere", "empty"}:
                found = [whole[cell[0]] for cell in cells if cell[0] in whole]
            return found[0] if found else ""
        return change.cause

    return changes.map(lambda change: replace(change, cause=one_line(cause(change))))


def _owner(tag: SnapshotTag, images: dict[tuple[str, str], Image]) -> str:
    """Return why the tag belongs to its release; "" if no image of it has the tag."""
    image = images.get(tag.main.cell)
    names = image.all_tags if image else ()
    why = next((one.alias.why for one in names if one.name == tag.name), "")
    return why and f"`{tag.alias}`: {why}"


def _loss(
    change: Change, images: dict[tuple[str, str], Image], left_out: dict[tuple[str, str], str]
) -> str:
    """Return why a tag no longer has some architectures."""
    before = change.old.images if change.old else ()
    new = change.new.images if change.new else ()
    after = [images[image.cell] for image in new if image.cell in images]
    reasons: dict[str, None] = {}
    for architecture in change.reason.architectures:
        excluded = [
            item.why
            for image in after
            for item in image.excluded
            if item.architecture == architecture
        ]
        gone = [
            left_out[image.cell]
            for image in before
            if architecture in image.architectures and image.cell in left_out
        ]
        if excluded:
            reasons[f"{architecture} is excluded: {excluded[0]}"] = None
        elif gone:
            reasons[gone[0]] = None
        elif after and any(image.cell == change.new.main.cell for image in before if change.new):
            reasons[f"versions.yaml lists no {architecture} for {after[0].base}"] = None
    return "; ".join(reason.rstrip(".") for reason in reasons)
