"""Infer a snapshot from a manifest alone: release cycles, flavors and suites.

`tagmatrix.manifest.entry_tags` reads aliases, spellings and versions. The folder shows which
alias is the release cycle, or else the parts that two versions share. What one manifest
shows applies to both.
"""

from __future__ import annotations

from collections import defaultdict
from posixpath import join, normpath
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tagmatrix.diff.lines import without_lines
from tagmatrix.diff.snapshot import SnapshotImage, snapshot
from tagmatrix.manifest.base_systems import Suites
from tagmatrix.manifest.entry_tags import LATEST, read_entry_tags
from tagmatrix.manifest.tag_dates import build_date, split_date
from tagmatrix.manifest.values import source_of
from tagmatrix.manifest.windows_builds import is_build
from tagmatrix.versions import is_channel, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.diff.snapshot import Snapshot
    from tagmatrix.manifest import Entry, Manifest
    from tagmatrix.manifest.entry_tags import EntryTags
    from tagmatrix.versions import Version

_MAJOR_AND_MINOR: Final = 2


class KnownCell(Struct, frozen=True, kw_only=True):
    """The exact cell of an image in the matrix; see `SnapshotImage`.

    `tags`, each as (name, alias, spelling), and `version` are known only if the entry has
    exactly the tags of the image.
    """

    cycle: str
    variant: str
    flavor: str
    suite: str
    axes: tuple[str, ...] = ()
    tags: tuple[tuple[str, str, str], ...] = ()
    version: Version | None = None


class KnownCells(Protocol):
    """The exact cells of images, for example from versions.yaml."""

    def of(self, entry: Entry) -> KnownCell | None:
        """Return the cell of the image of an entry, or None if unknown."""


def infer(
    *manifests: Manifest,
    known_cells: KnownCells | None = None,
    sources: bool = True,
    reader: Callable[[Manifest], list[EntryTags]] = read_entry_tags,
) -> list[Snapshot]:
    """Return a snapshot of each manifest.

    Args:
        manifests: what one manifest shows applies to all.
        known_cells: exact cells, which replace inferred ones.
        sources: whether to compare the sources of images.
        reader: reads the tags of a manifest; it may remember the result.
    """
    entries = without_lines([reader(manifest) for manifest in manifests])
    every = [entry for part in entries for entry in part]
    cycles = _cycles(entries)
    codenames = {name for one in every if not _is_released(one) and (name := _codename(one))}
    suites = Suites(entry.variant for entry in every)
    found = []
    for part in entries:
        images = []
        for entry in part:
            known, own = known_cells.of(entry.entry) if known_cells else None, _aliases(entry)
            cycle = next((name for name in _names(entry) if name in codenames), "")
            if entry.version is not None and _is_released(entry):
                cycle = cycle or cycles[entry.product, entry.version.text]
            cycle = cycle or _name(entry)
            if known is None:
                flavor, suite = suites.split(entry.variant)
                known = KnownCell(cycle=cycle, variant=entry.variant, flavor=flavor, suite=suite)
            elif not known.tags and cycle and known.cycle not in own and cycle in own:
                known = replace(known, cycle=cycle)  # the folder is named after another cycle
            read = entry
            if known.tags:
                date = build_date((alias for _, alias, _ in known.tags), known.version)
                read = replace(entry, version=known.version, product="", date=date)
            builds = tuple(filter(is_build, entry.entry.constraints))
            image = SnapshotImage(
                cycle=known.cycle,
                version=read.version,
                date=read.date,
                product=read.product,
                variant=known.variant,
                flavor=known.flavor,
                suite=known.suite,
                axes=known.axes,
                architectures=entry.entry.architectures,
                builds=builds,
                source=_source(entry.entry) if sources else (),
                place=normpath(join(entry.entry.directory, entry.entry.file)) if sources else "",
            )
            images.append((image, known.tags or entry.tags))
        order = tuple((entry.entry.tags, entry.entry.shared_tags) for entry in part)
        found.append(snapshot(images, order))
    return found


_Key: TypeAlias = "tuple[str, str]"
"""The product of an image, and its version as a text."""
_Prefix: TypeAlias = "tuple[str, tuple[int, ...]]"
"""A product, and the first numbers of its versions."""


def _shared_prefixes(entries: Iterable[EntryTags]) -> set[_Prefix]:
    """Return the prefixes that versions of a product share: they are shorter than the cycles.

    The pre-release of a patch, such as 8.2.2RC1 beside 8.2.1, is of the same cycle.
    """
    every = [(entry.product, entry.version) for entry in entries if entry.version is not None]
    lines = {(product, one.numbers[:-1]) for product, one in every if one.is_final}
    versions: defaultdict[_Prefix, set[tuple[int, ...]]] = defaultdict(set)
    for product, version in every:
        numbers = version.numbers
        of_a_patch = (product, numbers[:-1]) in lines and len(numbers) > _MAJOR_AND_MINOR
        if of_a_patch and not version.is_final:
            continue
        for length in range(1, len(numbers)):
            versions[product, numbers[:length]].add(numbers)
    return {prefix for prefix, found in versions.items() if len(found) > 1}


def _cycles(parts: list[list[EntryTags]]) -> dict[_Key, str]:
    """Return the release cycle of each version; it is the same for all entries of a version."""
    shared = {prefix for part in parts for prefix in _shared_prefixes(part)}
    found: dict[_Key, str] = {}
    in_folder: set[_Key] = set()
    for entry in (entry for part in parts for entry in part):
        exact = entry.version
        if exact is None or (entry.product, exact.text) in in_folder:
            continue
        key = entry.product, exact.text
        versions = [parse(alias, "loose") for alias in _aliases(entry)]
        partial = [one for one in versions if one and one.precision < exact.precision]
        partial.sort(key=lambda one: one.precision, reverse=True)
        folders = set(entry.entry.directory.split("/"))
        cycle = next((one.text for one in partial if one.text in folders), "")
        if cycle:
            in_folder.add(key)
        elif key in found:
            continue
        elif partial:
            free = [one for one in partial if (entry.product, one.numbers) not in shared]
            cycle = (free[-1:] or partial)[0].text
        else:
            cycle = _cycle_of_one(exact)
        found[key] = cycle
    keys = [{(one.product, one.version.text) for one in part if one.version} for part in parts]
    return _united(found, keys, shared)


def _united(
    found: dict[_Key, str], parts: list[set[_Key]], shared: set[_Prefix]
) -> dict[_Key, str]:
    """Return the cycles by version, with one name for a cycle that two manifests name differently.

    With `1.6.45, 1.6, 1` in one manifest and `1.6.46, 1.6` in the other, the cycle is 1.
    """
    united: dict[_Key, str] = {}
    known: set[_Key] = set()
    names: defaultdict[_Prefix, set[str]] = defaultdict(set)
    cycles = [{(key[0], found[key]) for key in part} for part in parts]
    for (product, text), cycle in found.items():
        version = parse(text, "loose")
        if version is None or not version.is_final or (product, cycle) in known:
            united[product, text] = cycle
            continue
        beside = [of for part, of in zip(parts, cycles, strict=True) if (product, text) in part]
        prefixes = [
            (product, version.numbers[:length]) for length in range(len(version.numbers) + 1)
        ]
        others = {
            other
            for prefix in prefixes
            if prefix in names and prefix not in shared
            for other in names[prefix]
            if not any((product, other) in of for of in beside)
        }
        chosen = united[product, text] = min(others, default=cycle)
        known.add((product, chosen))
        if name := parse(chosen, "loose"):
            names[product, name.numbers].add(chosen)
    return united


def _aliases(entry: EntryTags) -> list[str]:
    return list(dict.fromkeys(tag.alias for tag in entry.tags))


def _is_released(entry: EntryTags) -> bool:
    """Return whether an image has a version that is not only a date."""
    return entry.version is not None and entry.version.scheme != "date"


def _codename(entry: EntryTags) -> str:
    """Return the name that the folder has too, `trixie`, or an empty text.

    Debian's trixie has it before its first release too, so it is the cycle then and later.
    """
    folders = entry.entry.directory.split("/")
    return next((name for name in _names(entry) if name in folders), "")


def _name(entry: EntryTags) -> str:
    """Return an alias that is a name, or an empty text: a codename before a channel.

    The name before a date comes first: others, such as `lts`, move from image to image.
    """
    before = [dated.before for tag in entry.tags if (dated := split_date(tag.alias))]
    names = _names(entry)
    own = [name for name in names if name in before]
    return min(own or names or before, key=is_channel, default="")


def _names(entry: EntryTags) -> list[str]:
    """Return the aliases that are names."""
    names = [name for name in _aliases(entry) if name not in {"", LATEST}]
    return [name for name in names if not parse(name, "loose") and not split_date(name)]


def _cycle_of_one(version: Version) -> str:
    """Return the cycle of an entry whose only version alias is the exact version."""
    if len(version.ends) > _MAJOR_AND_MINOR:  # 8.19.20 is in cycle 8.19, 24.04.1 in 24.04
        return version.first_numbers(len(version.ends) - 1).lstrip("vV")
    return version.final


def _source(entry: Entry) -> tuple[object, ...]:
    others = tuple(name for name in entry.constraints if not is_build(name))
    return (source_of(entry), others, tuple(sorted(entry.arch_values.items())))
