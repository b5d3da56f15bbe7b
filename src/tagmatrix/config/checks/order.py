"""Warnings: entries that are not in the order newest first, pre-release cycles that are final."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config.cells import Cell, known_cells
from tagmatrix.versions import cycle_numbers, numbers_text, parse, significant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.config.checks.defined import Finding
    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath
    from tagmatrix.versions import Version


_Entry: TypeAlias = "tuple[ValuePath, str, str, Version | None]"
"""The path of an entry, its name, the name with its numbers, and its version, if it has one."""


def finished(config: Config) -> Iterator[Finding]:
    """Warn of a final version in a cycle whose name is that of a pre-release."""
    for release in config.releases:
        bare = numbers_text(release.cycle)
        if release.cycle.endswith("-rc") and bare and release.is_final:
            message = f"{release.version} is final; rename the cycle to {bare}"
            yield ("releases", release.cycle), message


def order(config: Config) -> Iterator[Finding]:
    """Warn of entries that are not in the order newest first, by number, as in the manifest.

    Releases without a version or a number are not compared, nor is a date with a number. Of
    two cycles with equal numbers, such as 8 and 8.0, the one with the newer version is newer.
    """
    releases: defaultdict[str, list[_Entry]] = defaultdict(list)
    for one in config.releases:
        version = parse(one.version, one.style)
        if version and cycle_numbers(one.cycle):
            entry = (("releases", one.cycle), one.cycle, one.cycle, version)
            releases[version.scheme].append(entry)
    for entries in releases.values():
        yield from _newest_first(entries)
    for flavor in config.flavors:
        suites = [name for name, suite in config.suites.items() if flavor in suite.flavors]
        numbered = filter(cycle_numbers, suites)
        yield from _newest_first([(("suites", name), name, name, None) for name in numbered])
    known = known_cells(config)
    lists: defaultdict[tuple[ValuePath, str], list[_Entry]] = defaultdict(list)
    for path, choice in config.listed_variants():
        flavor, suite, _ = known.get(choice.name, Cell())
        if cycle_numbers(suite):
            lists[path[:-1], flavor].append((path, choice.name, suite, None))
    for entries in lists.values():
        yield from _newest_first(entries)


def _newest_first(entries: Sequence[_Entry]) -> Iterator[Finding]:
    for above, below in pairwise(entries):
        if _is_newer(below, above):
            path, lower, upper = below[0], below[1], above[1]
            yield path, f"{lower} is newer than {upper} above it; keep newest first"


def _is_newer(entry: _Entry, than: _Entry) -> bool:
    (_, _, name, version), (_, _, other, its) = entry, than
    mine, theirs = significant(cycle_numbers(name)), significant(cycle_numbers(other))
    if mine != theirs or version is None or its is None:
        return mine > theirs
    return version.is_final is its.is_final and version.compare(its) == 1
