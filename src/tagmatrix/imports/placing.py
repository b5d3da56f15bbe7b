"""Give each cell its place in the matrix: release, flavor, suite and axes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.imports.variant_names import name_variants
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.manifest.base_systems import is_family

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.imports.boxes import Point
    from tagmatrix.imports.cells import ImportedCell, TagSuffix
    from tagmatrix.imports.releases import ImportedRelease
    from tagmatrix.imports.variant_names import Name

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cell with its place in the matrix.

    `spellings` are its suffixes with the suite and the axes as holes. `pattern` is the
    pattern of the name of its flavor's variants.
    """

    cell: ImportedCell
    release: ImportedRelease
    name: Name
    flavor: str
    pattern: str
    suite: str
    spellings: Mapping[TagSuffix, tuple[str, ...]]

    def point(self, axes: Sequence[str]) -> Point:
        """Return the place as a point: cycle, flavor, suite and the value on each axis."""
        values = (self.name.axes.get(axis, "") for axis in axes)
        return (self.release.cycle, self.flavor, self.suite, *values)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return the aliases of its release, with its own version."""
        release, own = self.release, self.cell.version
        if not own or not release.version:
            return release.aliases
        return tuple(own if one == release.version else one for one in release.aliases)

    @property
    def variant(self) -> str:
        """Return the name of its variant."""
        name = self.pattern.replace("{suite}", self.suite)
        for axis, value in self.name.axes.items():
            name = name.replace(f"{{{axis}}}", value)
        return name


def place(releases: Sequence[ImportedRelease], *, axes: bool) -> list[Placed]:
    """Return the place of each cell, in the order of the manifest."""
    of_release = {cell.number: release for release in releases for cell in release.cells}
    cells = sorted((cell for one in releases for cell in one.cells), key=lambda one: one.number)
    cycles = [of_release[cell.number].cycle for cell in cells]
    names = name_variants(cells, cycles, axes=axes)
    patterns = _distinct(cells, cycles, names)
    keys = _flavor_names(patterns, cells)
    suites = _suites(cells, names, patterns)
    return [
        Placed(
            cell=cell,
            release=of_release[cell.number],
            name=name,
            flavor=keys[pattern, cell.prefix],
            pattern=pattern,
            suite=suites[number],
            spellings=_abstract(cell, name),
        )
        for number, (cell, name, pattern) in enumerate(zip(cells, names, patterns, strict=True))
    ]


def _abstract(cell: ImportedCell, name: Name) -> dict[TagSuffix, tuple[str, ...]]:
    found: dict[TagSuffix, tuple[str, ...]] = {}
    for suffix, aliases in cell.suffixes.items():
        found[type(suffix)(name.abstract(suffix.text), suffix.shared)] = aliases
    return found


def _distinct(
    cells: Sequence[ImportedCell], cycles: Sequence[str], names: Sequence[Name]
) -> list[str]:
    """Return the pattern of each variant's name; two cells of a release never have one name."""
    seen: defaultdict[tuple[str, str, str, tuple[str, ...]], int] = defaultdict(int)
    patterns = []
    for cell, cycle, name in zip(cells, cycles, names, strict=True):
        pattern = name.pattern
        key = (cycle, pattern, name.suite, tuple(name.axes.values()))
        seen[key] += 1
        if seen[key] > 1:
            pattern = f"{pattern}-{seen[key]}".strip("-")
        patterns.append(f"{cell.prefix}-{pattern}".strip("-") if cell.prefix else pattern)
    return patterns


def _flavor_names(
    patterns: Sequence[str], cells: Sequence[ImportedCell]
) -> dict[tuple[str, str], str]:
    """Return the name of each flavor: the words of its pattern without holes."""
    names: dict[tuple[str, str], str] = {}
    for pattern, cell in zip(patterns, cells, strict=True):
        if (pattern, cell.prefix) in names:
            continue
        bare = pattern
        while "{" in bare:
            head, _, tail = bare.partition("{")
            bare = head + tail.partition("}")[2]
        words = [word for word in bare.replace("/", "-").split("-") if word.strip("._")]
        wanted = "-".join(words) or "default"
        name, number = wanted, 2
        while name in names.values():
            name, number = f"{wanted}{number}", number + 1
        names[pattern, cell.prefix] = name
    return names


def _suites(
    cells: Sequence[ImportedCell], names: Sequence[Name], patterns: Sequence[str]
) -> list[str]:
    """Return the suite of each cell; without suites a flavor has a substitute."""
    real = dict.fromkeys(
        name.suite
        for cell, name in zip(cells, names, strict=True)
        if name.suite and not any(map(is_windows, cell.entry.architectures))
    )
    only = next(iter(real)) if len(real) == 1 else ""
    replacements: dict[str, str] = {}
    for cell, name, pattern in zip(cells, names, patterns, strict=True):
        if not name.suite:
            replacements.setdefault(pattern, _system(cell, pattern, only))
    return [
        name.suite or replacements[pattern] for name, pattern in zip(names, patterns, strict=True)
    ]


def _system(cell: ImportedCell, pattern: str, only: str) -> str:
    if all(map(is_windows, cell.entry.architectures)):
        return "windows"
    words = [*pattern.split("-"), *(word for part in cell.folders for word in part.split("-"))]
    family = next((word for word in words if is_family(word)), "")
    return family or only or "linux"


def most_common(values: Sequence[T]) -> T:
    """Return the value that is there most often, the first one of several."""
    return Counter(values).most_common(1)[0][0]


def by_flavor(cells: Sequence[Placed]) -> dict[str, list[Placed]]:
    """Return the cells of each flavor, in the order of the manifest."""
    members: dict[str, list[Placed]] = {}
    for placed in cells:
        members.setdefault(placed.flavor, []).append(placed)
    return members
