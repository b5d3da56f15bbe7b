"""A snapshot: all tags of a manifest, and the images of each, for comparisons.

`tagmatrix.diff.infer` infers a snapshot from a manifest; `tagmatrix.guard` makes an exact
one from the matrix.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.manifest.exact_aliases import is_exact
from tagmatrix.versions import is_pre_release_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotImage:
    """One build and its properties.

    Attributes:
        cycle: the release cycle, `3.14`; empty if the tags name no release.
        version: the exact version, or None.
        date: the date of the build, if it has one beside the version.
        variant: the full name of the variant, `slim-trixie`; empty for the plain image.
        flavor: the variant without the release of the base system: `slim`.
        suite: the release of the base system, `trixie`; empty if unknown.
        architectures: the architectures that it is built for.
        source: the sources; two images with equal sources are the same build. Empty if
            sources are not compared.
        product: the word before its version, `cli` in `cli-2.12.0`; usually empty.
        cell: the cell in the matrix: cycle and variant.
        version_text: the version as tags have it; empty if there is none.
        is_final: whether it is final: its version is not a pre-release, nor is the word that it
            is named after (`nightly-20260815`). An image without a version is final.
        is_windows: whether it is a Windows image.
        place: the path of its Dockerfile; empty if sources are not compared.
        axes: the values of its axes, if versions.yaml makes it.
        builds: its constraints that name builds of Windows.
    """

    cycle: str
    version: Version | None
    variant: str
    flavor: str
    suite: str
    architectures: tuple[str, ...]
    source: tuple[object, ...] = ()
    date: Version | None = None
    product: str = ""
    place: str = ""
    builds: tuple[str, ...] = ()
    axes: tuple[str, ...] = field(default=(), compare=False)

    cell: tuple[str, str] = field(init=False, compare=False)
    version_text: str = field(init=False, compare=False)
    is_final: bool = field(init=False, compare=False)
    is_windows: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Compute what comparisons use for every tag."""
        early = is_pre_release_word(self.product) or is_pre_release_word(self.cycle)
        found = {
            "cell": (self.cycle, self.variant),
            "version_text": self.version.tag if self.version else "",
            "is_final": self.version is None or (self.version.is_final and not early),
            "is_windows": self.architectures != () and all(map(is_windows, self.architectures)),
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class SnapshotTag:
    """A tag: its alias, its spelling and its images, Windows images last.

    `main` is the image that most users get; `architectures` are those of all images.
    """

    name: str
    alias: str
    spelling: str
    images: tuple[SnapshotImage, ...]

    main: SnapshotImage = field(init=False, compare=False)
    architectures: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Set the main image, and the architectures of all images."""
        object.__setattr__(self, "main", self.images[0])
        every = [name for image in self.images for name in image.architectures]
        object.__setattr__(self, "architectures", frozenset(every))

    @property
    def is_exact(self) -> bool:
        """Return whether it names the exact version and so does not move."""
        image = self.main
        if self.alias == image.cycle:
            return False
        return is_exact(self.alias, image.version, image.date)

    @property
    def names_suite(self) -> bool:
        """Return whether its spelling names a release of the base system, or an axis' value."""
        main = self.main
        names = filter(None, (main.suite, *main.axes))
        return self.spelling == main.variant or any(name in self.spelling for name in names)


class ListedNames(Struct, frozen=True):
    """Cycles, variants and flavors that are listed, even if no image is published now."""

    cycles: frozenset[str] = frozenset()
    variants: frozenset[str] = frozenset()
    flavors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tags of a manifest by name, in order, with sets of the published values.

    `variants`, `flavors` and `listed_cycles` include the values of `also_listed`; the other
    sets include published values only.
    """

    tags: Mapping[str, SnapshotTag]
    order: tuple[object, ...] = ()
    also_listed: ListedNames = ListedNames()  # noqa: RUF009 (a frozen record)
    cells: Mapping[tuple[str, str], SnapshotImage] = field(init=False)
    cycles: Mapping[str, tuple[SnapshotImage, ...]] = field(init=False)
    listed_cycles: frozenset[str] = field(init=False)
    variants: frozenset[str] = field(init=False)
    flavors: frozenset[str] = field(init=False)
    suites: frozenset[str] = field(init=False)
    spellings: frozenset[str] = field(init=False)
    aliases: frozenset[str] = field(init=False)
    _of_cell: Mapping[tuple[str, str], tuple[SnapshotTag, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Compute the sets once, because comparisons use them for every tag."""
        cells: dict[tuple[str, str], SnapshotImage] = {}
        cycles: defaultdict[str, dict[SnapshotImage, None]] = defaultdict(dict)
        of_cell: defaultdict[tuple[str, str], list[SnapshotTag]] = defaultdict(list)
        for tag in self.tags.values():
            for image in tag.images:
                cells.setdefault(image.cell, image)
                cycles[image.cycle][image] = None
                of_cell[image.cell].append(tag)
        images = cells.values()
        found = {
            "cells": cells,
            "cycles": {cycle: tuple(members) for cycle, members in cycles.items()},
            "listed_cycles": self.also_listed.cycles | cycles.keys(),
            "variants": self.also_listed.variants | {image.variant for image in images},
            "flavors": self.also_listed.flavors | {image.flavor for image in images},
            "suites": frozenset([image.suite for image in images]),
            "spellings": frozenset([tag.spelling for tag in self.tags.values()]),
            "aliases": frozenset([tag.alias for tag in self.tags.values()]),
            "_of_cell": {cell: tuple(tags) for cell, tags in of_cell.items()},
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)

    def tags_of(self, cell: tuple[str, str]) -> tuple[SnapshotTag, ...]:
        """Return the tags of the image in a cell; none if it is not published."""
        return self._of_cell.get(cell, ())

    def find(self, cell: tuple[str, str], alias: str, spelling: str) -> str:
        """Return an image's tag with an alias and a spelling, or an empty text."""
        for tag in self.tags_of(cell):
            if tag.alias == alias and tag.spelling == spelling:
                return tag.name
        return ""

    def version_of(self, cell: tuple[str, str]) -> Version | None:
        """Return the version of an image, or else of the first image of its cycle, or None."""
        if cell in self.cells:
            return self.cells[cell].version
        members = self.cycles.get(cell[0], ())
        return members[0].version if members else None


def snapshot(
    images: Iterable[tuple[SnapshotImage, Iterable[tuple[str, str, str]]]],
    order: tuple[object, ...] = (),
    also_listed: ListedNames | None = None,
) -> Snapshot:
    """Return the snapshot of images and their tags, each tag as (name, alias, spelling)."""
    owners: defaultdict[str, list[tuple[SnapshotImage, str, str]]] = defaultdict(list)
    for image, tags in images:
        for name, alias, spelling in tags:
            owners[name].append((image, alias, spelling))
    found = {}
    for name, those in owners.items():
        those.sort(key=lambda one: one[0].is_windows)
        _, alias, spelling = those[0]
        found[name] = SnapshotTag(name, alias, spelling, tuple([one[0] for one in those]))
    return Snapshot(found, order, also_listed or ListedNames())
