"""Query several manifests: which images are built from which, and in which order."""

from __future__ import annotations

import graphlib
import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.manifest.architecture_names import named_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tagmatrix.dockerfile.from_lines import Bases
    from tagmatrix.manifest.model import Entry, Manifest

    BasesOf = Callable[[Entry, str], Bases | None]


class CycleError(InputError):
    """Images are built from each other in a circle.

    Attributes:
        images: the circle; each image is built from the next, the last one from the first.
    """

    def __init__(self, images: tuple[FamilyMember, ...]) -> None:
        self.images = images
        names = " <- ".join(str(image) for image in (*images, images[0]))
        super().__init__(f"images are built from each other in a circle: {names}")


class FamilyMember(Struct, frozen=True, kw_only=True):
    """An entry and the name of the image it belongs to.

    >>> from tagmatrix.manifest import Entry
    >>> str(FamilyMember(name="engine", entry=Entry(tags=("1.2", "1"))))
    'engine:1.2'
    """

    name: str
    entry: Entry

    def __str__(self) -> str:
        return f"{self.name}:{self.entry.tags[0]}"

    def __hash__(self) -> int:
        """Return the hash of the first tag, which is unique: hashing a whole entry is slow."""
        return hash(str(self))

    @property
    def tags(self) -> tuple[str, ...]:
        """All its tags with the image's name: first the simple tags, then the shared ones."""
        return tuple([f"{self.name}:{tag}" for tag in (*self.entry.tags, *self.entry.shared_tags)])


class Family:
    r"""Manifests that may build on each other.

    Args:
        manifests: the manifests by image name.
        bases: returns the bases of an entry on an architecture, or None if they are
            unknown; `checkout.Checkouts(folders).bases` reads them from git.

    >>> from tagmatrix.dockerfile.from_lines import Bases
    >>> from tagmatrix.manifest import parse
    >>> head = "Maintainers: Ada Lovelace (@ada)\nGitRepo: r\nGitCommit: " + "c0" * 20 + "\n\n"
    >>> family = Family(
    ...     {
    ...         "engine": parse(head + "Tags: 1\nDirectory: engine"),
    ...         "os": parse(head + "Tags: stable, latest\nDirectory: os"),
    ...     },
    ...     bases=lambda entry, architecture: Bases(last="os:latest", all=("os:latest",))
    ...     if entry.directory == "engine" else None,
    ... )
    >>> engine, os = family.images
    >>> family.parents(engine) == (os,), family.children(os) == (engine,)
    (True, True)
    >>> [str(image) for image in family.build_order()]
    ['os:stable', 'engine:1']
    """

    def __init__(self, manifests: Mapping[str, Manifest], bases: BasesOf) -> None:
        self.manifests = manifests
        self.bases = bases
        self.images = tuple(
            [
                FamilyMember(name=name, entry=entry)
                for name, manifest in manifests.items()
                for entry in manifest.entries
            ]
        )
        self._architectures = frozenset(
            [name for image in self.images for name in image.entry.architectures]
        )
        self._number = {image: number for number, image in enumerate(self.images)}
        self._owners: defaultdict[str, list[FamilyMember]] = defaultdict(list)
        for image in self.images:
            for tag in image.tags:
                self._owners[tag].append(image)
        self._parents: dict[FamilyMember, tuple[FamilyMember, ...]] = {}
        self._children: defaultdict[FamilyMember, list[FamilyMember]] | None = None

    def find(self, name: str, architecture: str | None = None) -> tuple[FamilyMember, ...]:
        """Return the images that `name:tag` names; ignore a digest after it.

        Args:
            name: the image's name with its tag.
            architecture: only images that are built for this one.

        Raises InputError if the architecture is unknown.
        """
        owners = self._owners.get(name.partition("@")[0], [])
        if architecture is not None:
            architecture = named_in(architecture, self._architectures)
        return tuple(
            [
                image
                for image in owners
                if architecture is None or architecture in image.entry.architectures
            ]
        )

    def bases_of(self, image: FamilyMember) -> dict[str, Bases]:
        """Return the bases of an image for each architecture whose bases are known."""
        found = {name: self.bases(image.entry, name) for name in image.entry.architectures}
        return {name: bases for name, bases in found.items() if bases is not None}

    def parents(self, image: FamilyMember) -> tuple[FamilyMember, ...]:
        """Return the images of these manifests that an image is built from, each once."""
        if image not in self._parents:
            found: dict[FamilyMember, None] = {}
            for architecture, bases in self.bases_of(image).items():
                for base in bases.all:
                    owners = self.find(base, None if base in bases.foreign else architecture)
                    found |= dict.fromkeys(self._fitting(image, owners))
            self._parents[image] = tuple(found)
        return self._parents[image]

    def children(self, image: FamilyMember) -> tuple[FamilyMember, ...]:
        """Return the images of these manifests that are built from an image."""
        if self._children is None:
            self._children = defaultdict(list)
            for child in self.images:
                for parent in self.parents(child):
                    self._children[parent].append(child)
        return tuple(self._children[image])

    def descendants(self, images: Iterable[FamilyMember]) -> tuple[FamilyMember, ...]:
        """Return all images that are built from some images, directly or not, nearest first."""
        found: dict[FamilyMember, None] = {}
        waiting = list(images)
        for image in waiting:  # grows
            new = dict.fromkeys(child for child in self.children(image) if child not in found)
            found |= new
            waiting += new
        return tuple(found)

    def dependents(self, name: str) -> tuple[FamilyMember, ...]:
        """Return all images that are built from `name:tag`, directly or not, nearest first.

        The manifest of `name` need not be one of these. If it is, the result includes
        images that are built from another tag of the same image.
        """
        near = {child for owner in self.find(name) for child in self.children(owner)}
        near.update(
            image
            for image in self.images
            if any(
                base.partition("@")[0] == name
                for bases in self.bases_of(image).values()
                for base in bases.all
            )
        )
        first = sorted(near, key=self._number.__getitem__)
        return (*first, *(image for image in self.descendants(first) if image not in near))

    def build_order(self) -> tuple[FamilyMember, ...]:
        """Return all images, each after its parents, otherwise in the order of the manifests.

        Raises:
            CycleError: images are built from each other in a circle.
        """
        for circle in self.circles():
            raise CycleError(circle)
        sorter = graphlib.TopologicalSorter({image: self.parents(image) for image in self.images})
        sorter.prepare()
        ready: list[int] = []
        order: list[FamilyMember] = []
        while sorter.is_active():
            for image in sorter.get_ready():
                heapq.heappush(ready, self._number[image])
            order.append(self.images[heapq.heappop(ready)])
            sorter.done(order[-1])
        return tuple(order)

    def circles(self) -> Iterator[tuple[FamilyMember, ...]]:
        """Yield the circles; each image is built from the next, the last one from the first.

        Of circles that share an image, this yields only one.
        """
        graph = {image: self.parents(image) for image in self.images}
        while True:
            try:
                graphlib.TopologicalSorter(graph).prepare()
            except graphlib.CycleError as error:
                circle = tuple(reversed(error.args[1][1:]))
            else:
                return
            yield circle
            graph = {
                image: tuple([parent for parent in parents if parent not in circle])
                for image, parents in graph.items()
                if image not in circle
            }

    @staticmethod
    def _fitting(image: FamilyMember, owners: tuple[FamilyMember, ...]) -> tuple[FamilyMember, ...]:
        """Return the owners of a shared tag with the same Windows build; if none, all owners."""
        wanted = set(image.entry.constraints)
        same = tuple([owner for owner in owners if wanted.intersection(owner.entry.constraints)])
        return same or owners
