"""Law of children: an image whose base is `{image}:TAG` is built from an image of this matrix."""

from __future__ import annotations

import graphlib
from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.matrix.laws.findings import LawFindings, name_of
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding


def of_the_family(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that an image owns each tag that others are built from, on their architectures."""
    children = [image for image in matrix.images if image.parent]
    if not children:
        return
    owners: defaultdict[str, list[Image]] = defaultdict(list)
    for image in matrix.images:
        for tag in image.all_tags:
            owners[tag.name].append(image)
    wrong = LawFindings()
    for child in children:
        base = f"{config.image}:{shown(child.parent)}"
        parents = owners.get(child.parent)
        if not parents:
            wrong.add(
                child,
                f"{name_of(child)} is built from {base}, but no image owns this tag; name a tag "
                f"that an image owns{nearest(child.parent, owners)}",
            )
            continue
        theirs = {name for parent in parents for name in parent.architectures}
        if more := [name for name in child.architectures if name not in theirs]:
            wrong.add(
                child,
                f"{name_of(child)} is built for {join_names(more)}, but its base {base} is not; "
                "exclude that there too, or name another base",
            )
    for circle in _circles(children, owners):
        names = " <- ".join(name_of(image) for image in (*circle, circle[0]))
        wrong.add(
            circle[0],
            f"images are built from each other in a circle: {names}; name another base",
            own=True,
        )
    yield from wrong


def _circles(
    children: Sequence[Image], owners: Mapping[str, Sequence[Image]]
) -> Iterator[tuple[Image, ...]]:
    """Yield circles of images; each is built from the next, the last one from the first."""
    by_folder = {image.place: image for image in children}
    graph = {
        child.place: [owner.place for owner in owners.get(child.parent, ()) if owner.parent]
        for child in children
    }
    while True:
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            # The error lists each image before the one that is built from it.
            circle = list(reversed(error.args[1][1:]))
        else:
            return
        yield tuple(by_folder[folder] for folder in circle)
        graph = {
            folder: [parent for parent in parents if parent not in circle]
            for folder, parents in graph.items()
            if folder not in circle
        }
