"""Which images of a plan are built on which others."""

from __future__ import annotations

import graphlib
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.references import parse as parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.plan.images import PlanFamily, PlanImage


class Link(Struct, frozen=True):
    """A base that the plan builds: its name in the Dockerfile, its image, its architecture."""

    name: str
    image: PlanImage
    architecture: str


@cache
def _start(repository: str) -> str:
    """Return the beginning of the names of a repository's tags."""
    return parse_reference(repository).familiar.removesuffix("latest")


def _owners(images: Sequence[PlanImage]) -> Mapping[str, list[PlanImage]]:
    """Return the owners of the bases of images that are tags of these images.

    Most families have no such base, and then no tag is looked at.
    """
    bases = {name for image in images for each in image.bases.values() for name in each.all}
    is_used = cache(lambda start: any(base.startswith(start) for base in bases))
    owners: defaultdict[str, list[PlanImage]] = defaultdict(list)
    for image in images:
        for name in dict.fromkeys((image.family, *image.repositories, *image.replaced)):
            if not is_used(start := _start(name)):
                continue
            for tag in image.all_tags:
                if start + tag.name in bases:
                    owners[start + tag.name].append(image)
    return owners


class Graph:
    """The images of some families, and their parents.

    A base is an image of a family if it has the family's name, or the name of one of the
    repositories to which the image goes, or that --registry replaces, and a tag of the image.
    """

    def __init__(self, families: Sequence[PlanFamily]) -> None:
        """Take families with different names. Raises InputError for images in a circle."""
        self.images = tuple(image for family in families for image in family.images)
        self._owners = _owners(self.images)
        self._links: dict[tuple[PlanImage, str], tuple[Link, ...]] = {}
        self._parents = {
            image: parents for image in self.images if (parents := self._all_parents(image))
        }
        self._children: defaultdict[PlanImage, list[PlanImage]] = defaultdict(list)
        for child, parents in self._parents.items():
            for parent in parents:
                self._children[parent].append(child)
        self.stages = self._stages()

    def links(self, image: PlanImage, architecture: str) -> tuple[Link, ...]:
        """Return the bases of a build that the families have."""
        return self._links.get((image, architecture), ())

    def parents(self, image: PlanImage) -> tuple[PlanImage, ...]:
        """Return the images that an image is built on."""
        return self._parents.get(image, ())

    def descendants(self, images: Iterable[PlanImage]) -> dict[PlanImage, PlanImage]:
        """Return the images that are built on some images, each with a parent that leads there."""
        found: dict[PlanImage, PlanImage] = {}
        waiting = list(images)
        for image in waiting:  # grows
            for child in self._children.get(image, ()):
                if child not in found:
                    found[child] = image
                    waiting.append(child)
        return found

    def _all_parents(self, image: PlanImage) -> tuple[PlanImage, ...]:
        found: dict[PlanImage, None] = {}
        for architecture, bases in image.bases.items():
            links = [
                Link(name, *self._fitting(image, name, architecture, bases.foreign))
                for name in bases.all
                if name in self._owners
            ]
            if links:
                self._links[image, architecture] = tuple(links)
                found |= dict.fromkeys(link.image for link in links)
        return tuple(found)

    def _fitting(
        self, image: PlanImage, name: str, architecture: str, foreign: Sequence[str]
    ) -> tuple[PlanImage, str]:
        """Return the owner of a tag for an architecture: of several, the same Windows build.

        A foreign base may have another architecture: the owner's own first one then. If no
        owner has the architecture, the result is one that does not exist.
        """
        owners = [each for each in self._owners[name] if architecture in each.architectures]
        same = [each for each in owners if {*each.constraints} & {*image.constraints}]
        if chosen := same or owners:
            return chosen[0], architecture
        owner = self._owners[name][0]
        return owner, owner.architectures[0] if name in foreign else architecture

    def _stages(self) -> dict[PlanImage, int]:
        """Return the stage of each image that has parents. Raises InputError for a circle."""
        try:
            order = tuple(graphlib.TopologicalSorter(self._parents).static_order())
        except graphlib.CycleError as error:
            circle = list(reversed(error.args[1]))
            names = " <- ".join(f"{image.family}:{image.name}" for image in circle)
            raise InputError(
                f"images are built from each other in a circle: {names}; name another base"
            ) from None
        stages: dict[PlanImage, int] = {}
        for image in order:
            stages[image] = 1 + max((stages[each] for each in self.parents(image)), default=0)
        return stages
