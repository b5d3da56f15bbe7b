"""Group the cells of a manifest into releases, and choose the name of each release cycle."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tagmatrix.config.format.name_shapes import PEP440
from tagmatrix.manifest.entry_tags import LATEST
from tagmatrix.versions import cycle_numbers, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tagmatrix.imports.cells import ImportedCell
    from tagmatrix.versions import Style

Owned: TypeAlias = Literal["most", "few", "all"]
"""Which aliases a release owns: those of most suffixes, the fewest of these, or all."""
_LINE: Final = 2
"""The number of numbers in the name of a line of versions: 8.19 of 8.19.20."""
_CYCLE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRelease:
    """A release: its cycle, its version (which may be empty), its aliases and its cells."""

    cycle: str
    version: str
    aliases: tuple[str, ...]
    cells: tuple[ImportedCell, ...]

    @property
    def is_uniform(self) -> bool:
        """Return whether all suffixes have the same aliases."""
        return len({each for cell in self.cells for each in cell.suffixes.values()}) == 1

    @property
    def major(self) -> str:
        """Return the first number of its cycle; empty if the cycle has no number."""
        return next((str(number) for number in cycle_numbers(self.cycle)), "")


def style_of(cells: Sequence[ImportedCell]) -> Style:
    """Return the style of all versions: Python's if all of them are written in it."""
    for cell in cells:
        if cell.version:
            padded = re.search(r"(?<![0-9])0[0-9]", cell.version)
            if padded or not PEP440.fits(cell.version):
                return "loose"
    return "pep440"


def group(
    cells: Sequence[ImportedCell],
    style: Style,
    unversioned: Collection[str],
    owned: Mapping[str, Owned],
) -> list[ImportedRelease]:
    """Return the releases in the order of the manifest.

    `unversioned` are cycles whose versions no law allows: their aliases are only listed.
    `owned` says by cycle which aliases it owns, if that is not `most`.
    Cells with an older version of a cycle belong to the same release.
    """
    members: dict[str, list[ImportedCell]] = {}
    for each in _groups(cells):
        for cycle in _cycles(each, style):
            if cycle not in members:
                members[cycle] = each
                break
            if _is_older_line(cycle, members[cycle][0], each, style):
                members[cycle] += each
                break
    return [
        _release(
            cycle, each, style, unversioned=cycle in unversioned, owned=owned.get(cycle, "most")
        )
        for cycle, each in members.items()
    ]


def _is_older_line(
    cycle: str, one: ImportedCell, others: Sequence[ImportedCell], style: Style
) -> bool:
    """Return whether cells of another version have the cycle's tags too, for other variants."""
    left, right = parse(one.version, style), parse(others[0].version, style)
    if left is None or right is None or left.compare(right) is None:
        return False
    return cycle != others[0].version and any(cycle in cell.aliases for cell in others)


def _groups(cells: Sequence[ImportedCell]) -> Iterator[list[ImportedCell]]:
    """Yield cells of one version, and cells without a version that have an alias in common."""
    found: list[tuple[str, set[str], list[ImportedCell]]] = []
    for cell in cells:
        words = set(cell.aliases) - {LATEST}
        for version, known, members in found:
            if version == cell.version and (version or words & known or words == known):
                known.update(words)
                members.append(cell)
                break
        else:
            found.append((cell.version, words, [cell]))
    for _, _, members in found:
        yield members


def _release(
    cycle: str,
    cells: Sequence[ImportedCell],
    style: Style,
    *,
    unversioned: bool,
    owned: Owned,
) -> ImportedRelease:
    version = cells[0].version
    for cell in cells:
        newer, read = parse(cell.version, style), parse(version, style)
        if newer is not None and read is not None and newer.compare(read) == 1:
            version = cell.version
    newest = [cell for cell in cells if cell.version == version]
    every = tuple(dict.fromkeys(alias for cell in newest for alias in cell.aliases))
    return ImportedRelease(
        cycle=cycle,
        version="" if unversioned else version,
        aliases=every if owned == "all" else _usual(newest, version, every, owned),
        cells=tuple(cells),
    )


def _usual(
    cells: Sequence[ImportedCell], version: str, every: tuple[str, ...], owned: Owned
) -> tuple[str, ...]:
    """Return the aliases that most suffixes have; of equal numbers the larger or smaller set."""
    sets = Counter(frozenset(each) for cell in cells for each in cell.suffixes.values())
    sign = 1 if owned == "most" else -1
    weight = {each: number * len(each) if sign > 0 else number for each, number in sets.items()}
    usual = max(sets, key=lambda each: (weight[each], sign * len(each), sorted(each)))
    return tuple(alias for alias in every if alias in usual or alias == version)


def _cycles(cells: Sequence[ImportedCell], style: Style) -> Iterator[str]:
    """Yield names for the cycle, the best first: an alias that is a folder, or a part."""
    version = cells[0].version
    aliases = tuple(dict.fromkeys(alias for cell in cells for alias in cell.aliases))
    read = parse(version, style) if version else None
    named = [alias for alias in aliases if alias != LATEST and _CYCLE.fullmatch(alias)]
    fitting = [alias for alias in named if read is None or read.belongs_to(alias)]
    shared = set(cells[0].folders).intersection(*(cell.folders for cell in cells))
    folders = [folder for folder in cells[0].folders if folder in shared]
    parts = [
        alias
        for alias in fitting
        if alias != version and cycle_numbers(alias) and read is not None
        if not alias[0].isalpha() or alias[:1] not in "vV"
    ]
    if read is not None:
        yield from (one for one in folders if one in fitting and one != version)
        yield from sorted(parts, key=lambda alias: -len(cycle_numbers(alias)))
        for folder in folders:
            if cycle_numbers(folder) and folder != version and read.belongs_to(folder):
                yield folder
        short = ".".join(version.split(".")[:_LINE])
        if short != version and read.belongs_to(short):
            yield short
        yield version
    yield from (one for one in folders if one in fitting)
    yield from fitting
    yield from named
    yield from (one for one in reversed(folders) if _CYCLE.fullmatch(one))
    yield LATEST
    yield from (f"{LATEST}-{number}" for number in count(2))
