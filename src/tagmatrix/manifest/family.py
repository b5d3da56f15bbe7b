"""Query several manifests: which images are built from which, and in which order."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tagmatrix.manifest.dockerfile import Bases
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMember:
    """An entry and the name of the image it belongs to.

    >>> from tagmatrix.manifest import Entry
    >>> str(FamilyMember(name="engine", entry=Entry(tags=("1.2", "1"))))
    'engine:1.2'
    """

    name: str
    entry: Entry

    def __str__(self) -> str:
        return f"{self.name}:{self.entry.tags[0]}"

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

    >>> from tagmatrix.manifest import parse
    >>> from tagmatrix.manifest.dockerfile import Bases
    >>> head = "Maintainers: Ada Lovelace (@ada)\nGitRepo: r\nGitCommit: c0ffee\n\n"
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
        self._number = {self._key(image): number for number, image in enumerate(self.images)}
        self._owners: defaultdict[str, list[FamilyMember]] = defaultdict(list)
        for image in self.images:
            for tag in image.tags:
                self._owners[tag].append(image)
        self._parents: dict[int, tuple[FamilyMember, ...]] = {}
        self._children: defaultdict[int, list[FamilyMember]] | None = None

    def find(self, name: str, architecture: str | None = None) -> tuple[FamilyMember, ...]:
        """Return the images that `name:tag` names; ignore a digest after it.

        Args:
            name: the image's name with its tag.
            architecture: only images that are built for this one.
        """
        owners = self._owners.get(name.partition("@")[0], [])
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
        number = self._number[self._key(image)]
        if number not in self._parents:
            found: dict[int, FamilyMember] = {}
            for architecture, bases in self.bases_of(image).items():
                for base in bases.all:
                    owners = self.find(base, None if base in bases.foreign else architecture)
                    for owner in self._fitting(image, owners):
                        found[self._number[self._key(owner)]] = owner
            self._parents[number] = tuple(found.values())
        return self._parents[number]

    def children(self, image: FamilyMember) -> tuple[FamilyMember, ...]:
        """Return the images of these manifests that are built from an image."""
        if self._children is None:
            self._children = defaultdict(list)
            for child in self.images:
                for parent in self.parents(child):
                    self._children[self._number[self._key(parent)]].append(child)
        return tuple(self._children[self._number[self._key(image)]])

    def descendants(self, images: Iterable[FamilyMember]) -> tuple[FamilyMember, ...]:
        """Return all images that are built from some images, directly or not, nearest first."""
        found: dict[int, FamilyMember] = {}
        waiting = list(images)
        for image in waiting:  # grows
            for child in self.children(image):
                number = self._number[self._key(child)]
                if number not in found:
                    found[number] = child
                    waiting.append(child)
        return tuple(found.values())

    def dependents(self, name: str) -> tuple[FamilyMember, ...]:
        """Return all images that are built from `name:tag`, directly or not, nearest first.

        The manifest of `name` need not be one of these. If it is, the result includes
        images that are built from another tag of the same image.
        """
        direct = [
            image
            for image in self.images
            if any(
                base.partition("@")[0] == name
                for bases in self.bases_of(image).values()
                for base in bases.all
            )
        ]
        near = {
            self._number[self._key(image)]: image
            for image in (*direct, *(c for owner in self.find(name) for c in self.children(owner)))
        }
        first = [near[number] for number in sorted(near)]
        return (
            *first,
            *(i for i in self.descendants(first) if self._number[self._key(i)] not in near),
        )

    def build_order(self) -> tuple[FamilyMember, ...]:
        """Return all images, each after its parents, otherwise in the order of the manifests.

        Raises:
            CycleError: images are built from each other in a circle.
        """
        waits_for = {number: len(self.parents(image)) for number, image in enumerate(self.images)}
        ready = [number for number, count in waits_for.items() if not count]
        order: list[FamilyMember] = []
        while ready:
            number = heapq.heappop(ready)
            image = self.images[number]
            order.append(image)
            del waits_for[number]
            for child in self.children(image):
                child_number = self._number[self._key(child)]
                waits_for[child_number] -= 1
                if not waits_for[child_number]:
                    heapq.heappush(ready, child_number)
        if waits_for:
            raise CycleError(self.circle(self.circular_groups()[0][0]))
        return tuple(order)

    def circular_groups(self) -> tuple[tuple[FamilyMember, ...], ...]:
        """Return the groups of images that are built from each other in circles."""
        # Kosaraju's algorithm: depth first along the parents, then back along the children.
        # https://en.wikipedia.org/wiki/Kosaraju%27s_algorithm
        done: list[int] = []
        seen: set[int] = set()
        for start in range(len(self.images)):
            path = [] if start in seen else [(start, iter(self._parent_numbers(start)))]
            seen.add(start)
            while path:
                number, parents = path[-1]
                new = next((parent for parent in parents if parent not in seen), None)
                if new is None:
                    path.pop()
                    done.append(number)
                else:
                    seen.add(new)
                    path.append((new, iter(self._parent_numbers(new))))
        groups: list[list[int]] = []
        for start in reversed(done):
            group = [start] if start in seen else []
            seen.discard(start)
            for number in group:  # grows
                children = (self._number[self._key(c)] for c in self.children(self.images[number]))
                new_ones = dict.fromkeys(child for child in children if child in seen)
                seen -= new_ones.keys()
                group += new_ones
            if len(group) > 1 or (group and start in self._parent_numbers(start)):
                groups.append(sorted(group))
        return tuple([tuple([self.images[number] for number in group]) for group in sorted(groups)])

    def circle(self, image: FamilyMember) -> tuple[FamilyMember, ...]:
        """Return the shortest circle through an image; each image is built from the next."""
        start = self._number[self._key(image)]
        came_from: dict[int, int] = {}
        waiting = [start]
        for number in waiting:  # grows
            for parent in self._parent_numbers(number):
                if parent not in came_from:
                    came_from[parent] = number
                    waiting.append(parent)
            if start in came_from:
                break
        path: list[int] = []
        number = came_from.get(start, start)
        while number != start:
            path.append(number)
            number = came_from[number]
        return tuple([self.images[number] for number in (start, *reversed(path))])

    def _parent_numbers(self, number: int) -> list[int]:
        return [self._number[self._key(parent)] for parent in self.parents(self.images[number])]

    @staticmethod
    def _fitting(image: FamilyMember, owners: tuple[FamilyMember, ...]) -> tuple[FamilyMember, ...]:
        """Return the owners of a shared tag with the same Windows build; if none, all owners."""
        wanted = set(image.entry.constraints)
        same = tuple([owner for owner in owners if wanted.intersection(owner.entry.constraints)])
        return same or owners

    @staticmethod
    def _key(image: FamilyMember) -> tuple[str, str]:
        # Tags are unique in a manifest, and hashing a whole entry is slow.
        return image.name, image.entry.tags[0]
