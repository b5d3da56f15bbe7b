"""What changed between two states of the matrix, in words for a commit message."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tagmatrix.layout import TOP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.manifest import Manifest
    from tagmatrix.matrix.expand import Image

SUBJECT_LENGTH: Final = 72


@dataclass(frozen=True, slots=True)
class State:
    """What is published: versions by cycle, variants by cycle, who owns which tag, and for what.

    Owners and architectures are told by image: CYCLE/VARIANT.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    architectures: Mapping[str, frozenset[str]] = field(default_factory=dict)


def state_of_images(images: Iterable[Image]) -> State:
    """Return the state that images are in."""
    versions: dict[str, str] = {}
    variants: dict[str, tuple[str, ...]] = {}
    owners: dict[str, str] = {}
    architectures: dict[str, frozenset[str]] = {}
    for image in images:
        versions.setdefault(image.cycle, image.version)
        variants[image.cycle] = (*variants.get(image.cycle, ()), image.name)
        for tag in (*image.tags, *image.shared_tags):
            owners.setdefault(tag.name, f"{image.cycle}/{image.name}")
        architectures[f"{image.cycle}/{image.name}"] = frozenset(image.architectures)
    return State(versions, variants, owners, architectures)


def state_of_manifest(manifest: Manifest) -> State:
    """Return the state that a manifest of this tool shows: folders are CYCLE/…/VARIANT.

    Where they are called otherwise, their names stand for what is in them: such
    a state can be compared with that of another manifest only.
    """
    versions: dict[str, str] = {}
    variants: dict[str, tuple[str, ...]] = {}
    owners: dict[str, str] = {}
    architectures: dict[str, frozenset[str]] = {}
    for entry in manifest.entries:
        _, _, folder = f"/{entry.directory}".rpartition(f"/{TOP}/")
        cycle, _, rest = folder.partition("/")
        name = rest.rpartition("/")[2]
        versions.setdefault(cycle, _version(entry.tags, name))
        variants[cycle] = (*variants.get(cycle, ()), name)
        for tag in (*entry.tags, *entry.shared_tags):
            owners.setdefault(tag, f"{cycle}/{name}")
        architectures[f"{cycle}/{name}"] = frozenset(entry.architectures)
    return State(versions, variants, owners, architectures)


def _version(tags: Sequence[str], variant: str) -> str:
    """Return the version of an image's tags: the first one less the suffix that tags share.

    >>> _version(["8.4.24-cli-trixie", "8.4-cli-trixie"], "cli"), _version(["1.0-slim"], "slim")
    ('8.4.24', '1.0')
    """
    first = tags[0]
    if len(tags) == 1:
        return first.removesuffix(f"-{variant}")
    pairs = zip(reversed(first), reversed(tags[1]), strict=False)
    length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    _, dash, suffix = first[len(first) - length :].partition("-")
    return first.removesuffix(f"{dash}{suffix}")


def describe(old: State, new: State) -> list[str]:
    """Return what changed, the most important first; empty if nothing did."""
    return [
        *_cycles(old, new),
        *_variants(old, new),
        *_architectures(old, new),
        *_tags(old, new),
    ]


def message(changes: Sequence[str], otherwise: str) -> str:
    """Return a commit message: a subject of at most 72 characters, and a body if that is too short.

    >>> message(["Update 3.14 to 3.14.7", "Update 3.13 to 3.13.15"], "Regenerate")
    'Update 3.14 to 3.14.7, update 3.13 to 3.13.15'
    """
    if not changes:
        return otherwise
    first, *others = changes
    subject = ", ".join([first, *(change[:1].lower() + change[1:] for change in others)])
    if len(subject) <= SUBJECT_LENGTH:
        return subject
    body = "\n".join(f"- {change}" for change in changes)
    more = f" and {len(others)} more" if others else ""
    if len(first) + len(more) > SUBJECT_LENGTH:
        first = first[: SUBJECT_LENGTH - len(more) - 1].rstrip() + "…"
    return f"{first}{more}\n\n{body}"


def _cycles(old: State, new: State) -> list[str]:
    changes = []
    for cycle, version in new.versions.items():
        before = old.versions.get(cycle)
        if before is None:
            changes.append(f"Add {cycle} at {version}")
        elif before != version:
            changes.append(f"Update {cycle} to {version}")
    changes += [f"Remove {cycle}" for cycle in old.versions if cycle not in new.versions]
    return changes


def _variants(old: State, new: State) -> list[str]:
    """Name variants that came or went, with the cycles if others have them all the same."""
    both = [cycle for cycle in new.versions if cycle in old.versions]
    changes = []
    for verb, word, left, right in (("Add", "to", old, new), ("Remove", "from", new, old)):
        moved: dict[str, list[str]] = {}
        for cycle in both:
            for name in right.variants[cycle]:
                if name not in left.variants[cycle]:
                    moved.setdefault(name, []).append(cycle)
        elsewhere = {name for cycle in both for name in left.variants[cycle]}
        for name, cycles in moved.items():
            where = f" {word} {', '.join(cycles)}" if name in elsewhere else ""
            changes.append(f"{verb} {name}{where}")
    return changes


def _architectures(old: State, new: State) -> list[str]:
    """Name the architectures that images gained or lost, with their number."""
    changes = []
    for verb, word, before, after in (("Build", "for", old, new), ("Drop", "from", new, old)):
        images: dict[str, int] = {}
        for image, names in after.architectures.items():
            for name in sorted(names - before.architectures.get(image, names)):
                images[name] = images.get(name, 0) + 1
        for name, count in images.items():
            number = "an image" if count == 1 else f"{count} images"
            one, two = (number, name) if verb == "Build" else (name, number)
            changes.append(f"{verb} {one} {word} {two}")
    return changes


def _tags(old: State, new: State) -> list[str]:
    """Name the short tags that moved: those that are no tag of one cycle or version alone."""
    moved: dict[str, list[str]] = {}
    for tag, owner in new.owners.items():
        before = old.owners.get(tag)
        if before is None or before == owner:
            continue
        to_cycle, _, to_variant = owner.partition("/")
        from_cycle, _, from_variant = before.partition("/")
        if to_cycle != from_cycle and from_variant == to_variant:
            moved.setdefault(to_cycle, []).append(tag)
        elif to_cycle == from_cycle and not tag[:1].isdigit():
            moved.setdefault(to_variant, []).append(tag)
    return [f"Move {min(tags, key=len)} to {target}" for target, tags in moved.items()]
