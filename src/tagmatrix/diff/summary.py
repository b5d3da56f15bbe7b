"""Summarize changes in a few phrases: `Update 3.14 to 3.14.7`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.compare import compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.diff.snapshot import Snapshot

_PLAIN = "the plain image"


def summary(old: Snapshot, new: Snapshot) -> list[str]:
    """Return the changes of cycles, variants, architectures and tags, in this order."""
    return [
        *_cycles(old, new),
        *_variants(old, new),
        *_architectures(old, new),
        *_tags(old, new),
    ]


def _cycles(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Yield the cycles that were added, updated or removed."""
    before, after = _versions(old), _versions(new)
    for cycle, version in after.items():
        if cycle not in before:
            yield f"Add {cycle} at {version}" if version else f"Add {cycle}"
        elif before[cycle] != version:
            yield f"Update {cycle} to {version or 'no version'}"
    yield from (f"Remove {cycle}" for cycle in before if cycle not in after)


def _versions(snapshot: Snapshot) -> dict[str, str]:
    """Return the version of each cycle, which is the version of its first image."""
    firsts = {cycle: images[0].version for cycle, images in snapshot.cycles.items()}
    return {cycle: first.tag if first else "" for cycle, first in firsts.items()}


def _variants(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Yield added and removed variants, with the cycles if other cycles had the variant too."""
    both = old.cycles.keys() & new.cycles.keys()
    for verb, word, before, after in (("Add", "to", old, new), ("Remove", "from", new, old)):
        moved: dict[str, list[str]] = {}
        for cell, image in after.cells.items():
            if image.cycle in both and cell not in before.cells:
                moved.setdefault(image.variant, []).append(image.cycle)
        elsewhere = {image.variant for image in before.cells.values() if image.cycle in both}
        for variant, cycles in moved.items():
            where = f" {word} {', '.join(cycles)}" if variant in elsewhere else ""
            yield f"{verb} {variant or _PLAIN}{where}"


def _architectures(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Yield the architectures that images gained or lost, with the number of images."""
    for verb, before, after in (("Build", old, new), ("Drop", new, old)):
        images: dict[str, int] = {}
        for cell, image in after.cells.items():
            if cell in before.cells:
                names = set(image.architectures).difference(before.cells[cell].architectures)
                for name in sorted(names):
                    images[name] = images.get(name, 0) + 1
        for name, count in images.items():
            number = "an image" if count == 1 else f"{count} images"
            yield f"Build {number} for {name}" if verb == "Build" else f"Drop {name} from {number}"


def _tags(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Yield for each cycle or variant the shortest tag that moved to it.

    Moves to another variant leave out tags that begin with a number.
    """
    moved: dict[str, dict[str, None]] = {}
    for change in compare(old, new).changes:
        if change.old is None or change.new is None:
            continue
        was, now = change.old.main, change.new.main
        if was.cycle != now.cycle and was.variant == now.variant:
            moved.setdefault(now.cycle, {})[change.tag] = None
        elif was.variant != now.variant and was.cycle == now.cycle and not change.tag[0].isdigit():
            moved.setdefault(now.variant or _PLAIN, {})[change.tag] = None
    yield from (f"Move {min(tags, key=len)} to {target}" for target, tags in moved.items())
