"""The ids of images and builds, without collisions, also with the groups of bake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.plan.safe_names import names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.plan.graph import Graph
    from tagmatrix.plan.images import PlanImage


class BuildNames:
    """The ids of all images and builds of a graph, whether they are selected or not."""

    def __init__(self, graph: Graph, *, several: bool, runners: Iterable[str]) -> None:
        texts = {
            image: f"{image.family}/{image.name}" if several else image.name
            for image in graph.images
        }
        groups = {
            "default",
            *(f"cycle-{image.cycle}" for image in graph.images),
            *(f"flavor-{image.flavor}" for image in graph.images),
            *(f"stage-{number}" for number in {1, *graph.stages.values()}),
            *(f"runner-{name}" for name in runners),
        }
        self.groups = names(sorted(groups))
        reserved = self.groups.values()
        found = names(texts.values(), reserved)
        self.images = {image: found[text] for image, text in texts.items()}
        self._builds = {
            (image, name): f"{text}-{name}"
            for image, text in self.images.items()
            for name in image.architectures
        }
        if len({*self._builds.values(), *reserved}) < len(self._builds) + len(reserved):
            cells = {cell: f"{texts[cell[0]]}/{cell[1]}" for cell in self._builds}
            apart = names(cells.values(), reserved)
            self._builds = {cell: apart[text] for cell, text in cells.items()}

    def build(self, image: PlanImage, architecture: str) -> str:
        """Return the id of a build."""
        return self._builds[image, architecture]
