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


_Entry: TypeAlias = "tuple[ValuePath, str, str]"
"""The path of an entry, its name, and the name with its numbers."""


def finished(config: Config) -> Iterator[Finding]:
    """Warn of a final version in a cycle whose name is that of a pre-release."""
    for release in config.releases:
        bare = numbers_text(release.cycle)
        if release.cycle.endswith("-rc") and bare and release.is_final:
            message = f"{release.version} is final; rename the cycle to {bare}"
            yield ("releases", release.cycle), message


def order(config: Config) -> Iterator[Finding]:
    """Warn of entries that are not in the order newest first, by number, as in the manifest.

    Releases without a version or a number are not compared, nor is a date with a number.
    """
    releases: defaultdict[str, list[_Entry]] = defaultdict(list)
    for one in config.releases:
        version = parse(one.version, one.style)
        if version and cycle_numbers(one.cycle):
            entry = (("releases", one.cycle), one.cycle, one.cycle)
            releases[version.scheme].append(entry)
    for entries in releases.values():
        yield from _newest_first(entries)
    for flavor in config.flavors:
        suites = [name for name, suite in config.suites.items() if flavor in suite.flavors]
        numbered = filter(cycle_numbers, suites)
        yield from _newest_first([(("suites", name), name, name) for name in numbered])
    known = known_cells(config)
    lists: defaultdict[tuple[ValuePath, str], list[_Entry]] = defaultdict(list)
    for path, choice in config.listed_variants():
        flavor, suite, _ = known.get(choice.name, Cell())
        if cycle_numbers(suite):
            lists[path[:-1], flavor].append((path, choice.name, suite))
    for entries in lists.values():
        yield from _newest_first(entries)


def _newest_first(entries: Sequence[_Entry]) -> Iterator[Finding]:
    for (_, upper, above), (path, lower, below) in pairwise(entries):
        if significant(cycle_numbers(above)) < significant(cycle_numbers(below)):
            yield path, f"{lower} is newer than {upper} above it; keep newest first"
