"""What of all images is built, and why: the caller's choice, what changed, what these need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagmatrix.config.known_cycles import unknown_cycle
from tagmatrix.errors import InputError
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.plan.graph import Graph
    from tagmatrix.plan.images import PlanImage


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The images that the caller wants; an empty list chooses all.

    Attributes:
        changed: the reason for each image that changed; None if changes do not count.
        indexes: the reasons for images whose indexes changed, but none of their builds.
        cells: the reasons for an architecture of an image that changed, where they differ.
        unchanged: why an image is not built; without a reason here, it did not change.
    """

    cycles: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    changed: Mapping[PlanImage, str] | None = None
    indexes: Mapping[PlanImage, str] = field(default_factory=dict)
    cells: Mapping[tuple[PlanImage, str], str] = field(default_factory=dict)
    unchanged: Mapping[PlanImage, str] = field(default_factory=dict)

    def has(self, image: PlanImage) -> bool:
        """Return whether an image is chosen, whether it changed or not."""
        return self.has_cell(image.cycle, (image.variant, image.flavor)) and (
            not self.tags or any(tag.name in self.tags for tag in image.all_tags)
        )

    def has_cell(self, cycle: str | None, names: Iterable[str | None]) -> bool:
        """Return whether a cycle is chosen, and one of the names of a variant."""
        return (not self.cycles or cycle in self.cycles) and (
            not self.variants or any(name in self.variants for name in names)
        )


@dataclass(slots=True)
class Selected:
    """The builds of a plan by image and architecture, each with the reason.

    Attributes:
        builds: the reasons.
        published: the images whose tags are published; others are built for their children.
        unchanged: the chosen images that did not change.
    """

    builds: dict[tuple[PlanImage, str], str] = field(default_factory=dict)
    published: dict[PlanImage, None] = field(default_factory=dict)
    unchanged: list[PlanImage] = field(default_factory=list)


def select(graph: Graph, choice: Choice) -> Selected:
    """Return what is built. Raises InputError for names that no image has."""
    _check(graph.images, choice)
    chosen = [image for image in graph.images if choice.has(image)]
    why = dict.fromkeys(chosen, "selected" if _is_limited(choice) else "all images are built")
    found = Selected()
    if choice.changed is not None:
        changed = {image: text for image, text in choice.changed.items() if text}
        for child, parent in graph.descendants(changed).items():
            changed.setdefault(child, f"its parent {parent.name} is built again")
        planned = {**choice.indexes, **changed}  # no child of an unchanged build is built again
        why = {image: planned[image] for image in chosen if image in planned}
        _add_joined(graph.images, why)
        found.unchanged = [image for image in chosen if image not in why]
    found.published = dict.fromkeys(image for image in graph.images if image in why)
    for image in found.published:
        for architecture in image.architectures:
            if not choice.architectures or architecture in choice.architectures:
                cell = (image, architecture)
                found.builds[cell] = choice.cells.get(cell, why[image])
    _add_parents(graph, found.builds)
    return found


def _is_limited(choice: Choice) -> bool:
    return bool(choice.cycles or choice.variants or choice.architectures or choice.tags)


def _add_joined(images: Sequence[PlanImage], why: dict[PlanImage, str]) -> None:
    """Add the images that share a tag with an image that is built: the tag's index needs all."""
    owners: dict[tuple[str, str], list[PlanImage]] = {}
    for image in images:
        for tag in image.shared_tags:
            owners.setdefault((image.family, tag.name), []).append(image)
    waiting = list(why)
    for image in waiting:  # grows
        for tag in image.shared_tags:
            for other in owners[image.family, tag.name]:
                if other not in why:
                    why[other] = f"it shares the tag {tag.name}"
                    waiting.append(other)


def _add_parents(graph: Graph, builds: dict[tuple[PlanImage, str], str]) -> None:
    """Add the builds that others are built on."""
    waiting = list(builds)
    for image, architecture in waiting:  # grows
        for link in graph.links(image, architecture):
            key = (link.image, link.architecture)
            if key not in builds and link.architecture in link.image.architectures:
                builds[key] = f"{image.name} is built on it"
                waiting.append(key)


def _check(images: Iterable[PlanImage], choice: Choice) -> None:
    """Raise an error for names that no image has: they are probably misspelt."""
    known: dict[str, dict[str, None]] = {"cycle": {}, "variant": {}, "architecture": {}, "tag": {}}
    for image in images:
        known["cycle"].setdefault(image.cycle or "")
        known["variant"].update(dict.fromkeys((image.variant or "", image.flavor or "")))
        known["architecture"].update(dict.fromkeys(image.architectures))
        if choice.tags:
            known["tag"].update(dict.fromkeys(tag.name for tag in image.all_tags))
    given = {
        "cycle": choice.cycles,
        "variant": choice.variants,
        "architecture": choice.architectures,
        "tag": choice.tags,
    }
    wrong = [
        unknown_cycle(name, list(filter(None, known[kind])), "the images to plan")
        if kind == "cycle"
        else f'there is no {kind} "{name}"{nearest(name, list(filter(None, known[kind])))}'
        for kind, names in given.items()
        for name in names
        if name not in known[kind]
    ]
    if wrong:
        raise InputError("\n".join(wrong))
