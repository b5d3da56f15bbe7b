"""Find the layout of a family: what the folders of a release and of a variant have in common."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.placing import Placed

DEFAULT: Final = "library/{cycle}/{folder}"
_SEPARATORS: Final = re.compile(r"([-/])")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderLayout:
    """The layout of the folders.

    `releases` has the folders of releases that are not their cycle, `folders` the pattern of
    each cell's folder, by the cell's number; `cost` counts lines.
    """

    layout: str
    releases: Mapping[str, str]
    folders: Mapping[int, str]
    cost: int


def find_layout(cells: Sequence[Placed]) -> FolderLayout:
    """Return the shortest layout that makes all folders."""
    ways = [_by_release(cells), _by_first_word(cells), _whole(cells)]
    return min((way for way in ways if way is not None), key=lambda way: way.cost)


def _layout(
    layout: str, cells: Sequence[Placed], releases: Mapping[str, str], rests: Mapping[int, str]
) -> FolderLayout:
    """Return a layout, whose last part vanishes if no cell needs it."""
    used = {cycle: folder for cycle, folder in releases.items() if folder != cycle}
    if not any(rests.values()) and layout != "{folder}":
        layout = layout.removesuffix("/{folder}")
    flavors: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for placed in cells:
        flavors[placed.flavor][rests[placed.cell.number]] += 1
    odd = sum(len(each) - 1 for each in flavors.values())
    return FolderLayout(layout=layout, releases=used, folders=rests, cost=len(used) + 3 * odd)


def _by_release(cells: Sequence[Placed]) -> FolderLayout | None:
    """Return the layout with a folder for each release, which is its cycle if possible."""
    heads: dict[str, list[str]] = {}
    firsts: defaultdict[str, set[str]] = defaultdict(set)
    for placed in cells:
        firsts["/".join(placed.cell.folders[:1])].add(placed.release.cycle)
    for cycle, members in _releases(cells).items():
        head = _head_of(cycle, [placed.cell.folders for placed in members])
        first = members[0].cell.folders[:1]
        shared = all(placed.cell.folders[:1] == first for placed in members)
        if head is None and first and shared and len(firsts[first[0]]) == 1:
            head = first
        if head is None:
            return None
        heads[cycle] = head
    start = _common([head[:-1] for head in heads.values()])
    layout = "/".join([*start, "{cycle}", "{folder}"])
    rests = {
        placed.cell.number: _pattern(
            placed, "/".join(placed.cell.folders[len(heads[placed.release.cycle]) :])
        )
        for placed in cells
    }
    releases = {cycle: "/".join(head[len(start) :]) for cycle, head in heads.items()}
    return _layout(layout, cells, releases, rests)


def _head_of(cycle: str, folders: Sequence[list[str]]) -> list[str] | None:
    """Return the path to the folder named as the cycle, if it is one for all cells."""
    if any(cycle not in each for each in folders):
        return None
    heads = [each[: each.index(cycle) + 1] for each in folders]
    return heads[0] if all(head == heads[0] for head in heads) else None


def _common(paths: Sequence[list[str]]) -> list[str]:
    first = paths[0]
    length = 0
    while length < len(first) and all(path[: length + 1] == first[: length + 1] for path in paths):
        length += 1
    return first[:length]


def _by_first_word(cells: Sequence[Placed]) -> FolderLayout | None:
    """Return the layout of folders that begin with a word for each release and a hyphen."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    words: dict[str, str] = {}
    rests = {}
    for placed in cells:
        word, hyphen, rest = placed.cell.entry.directory.partition("-")
        if not hyphen or "/" in word:
            return None
        owners[word].add(placed.release.cycle)
        if words.setdefault(placed.release.cycle, word) != word:
            return None
        rests[placed.cell.number] = _pattern(placed, rest)
    if any(len(each) > 1 for each in owners.values()):
        return None
    return _layout("{cycle}-{folder}", cells, words, rests)


def _whole(cells: Sequence[Placed]) -> FolderLayout:
    """Return the layout in which each flavor has its whole path."""
    rests = {}
    for placed in cells:
        parts = _SEPARATORS.split("/".join(placed.cell.folders))
        release = placed.release
        names = {release.cycle: "{cycle}", release.version: "{version}"}
        rest = "".join(names.get(part, part) if part else part for part in parts)
        if "/".join(placed.cell.folders) in names:
            rest = names["/".join(placed.cell.folders)]
        rests[placed.cell.number] = _pattern(placed, rest)
    layout = "{folder}" if any(rests.values()) else "."
    return _layout(layout, cells, {}, rests)


def _pattern(placed: Placed, text: str) -> str:
    """Return a folder with the holes of the variant's name."""
    pattern = placed.name.abstract(text, loose=True)
    if placed.pattern and (pattern == placed.pattern or pattern.endswith(f"/{placed.pattern}")):
        return pattern.removesuffix(placed.pattern) + "{name}"
    return pattern


def _releases(cells: Sequence[Placed]) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {}
    for placed in cells:
        found.setdefault(placed.release.cycle, []).append(placed)
    return found
