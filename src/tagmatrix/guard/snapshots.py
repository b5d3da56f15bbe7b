"""Snapshots of the tags of a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.snapshot import snapshot
from tagmatrix.guard.known_folders import cell_of, shown_version, snapshot_image, words_of
from tagmatrix.manifest.exact_aliases import build_of
from tagmatrix.versions import parse

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import ListedNames, Snapshot
    from tagmatrix.guard.committed_tags import CommittedTags
    from tagmatrix.matrix.expand import Matrix


def snapshot_of_matrix(
    matrix: Matrix, before: CommittedTags | None = None, listed: ListedNames | None = None
) -> Snapshot:
    """Return the tags of a matrix and the images that they name.

    Args:
        matrix: the matrix.
        before: what was published, to compare with it: its order and its style count.
        listed: everything that versions.yaml lists, left out or not.
    """
    style = before.style if before else None
    by_tags = before is not None and before.by_tags
    images = []
    for image in matrix.images:
        cell = cell_of(image)
        aliases = [tag.alias.text for tag in image.all_tags]
        version = (
            shown_version(image)
            if by_tags
            else build_of(parse(image.version, style or image.release.style), aliases)
        )
        architectures = sorted(image.architectures)
        known = snapshot_image(cell, version, aliases, architectures, image.constraints)
        images.append((known, words_of(image)))
    return snapshot(images, before.snapshot.order if before else (), listed)
