"""Warnings: entries that are not in the order newest first, pre-release cycles that are final."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tagmatrix.cycles import cycle_numbers, is_final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Finding
    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath


def finished(config: Config) -> Iterator[Finding]:
    """Warn of a final version in a cycle whose name is that of a pre-release."""
    for release in config.releases:
        bare = ".".join(map(str, cycle_numbers(release.cycle)))
        if release.cycle.endswith("-rc") and bare and is_final(release.version):
            message = f"{release.version} is final; rename the cycle to {bare}"
            yield ("releases", release.cycle), message


def order(config: Config) -> Iterator[Finding]:
    """Warn of entries that are not in the order newest first, by number, as in the manifest."""
    for upper, lower in pairwise(config.releases):
        if cycle_numbers(upper.cycle) < cycle_numbers(lower.cycle):
            message = f"{lower.cycle} is newer than {upper.cycle} above it; keep newest first"
            yield ("releases", lower.cycle), message
    for flavor in config.flavors:
        suites = [name for name, suite in config.suites.items() if flavor in suite.flavors]
        numbered = [name for name in suites if cycle_numbers(name)]
        for upper_suite, suite in pairwise(numbered):
            if cycle_numbers(upper_suite) < cycle_numbers(suite):
                message = f"{suite} is newer than {upper_suite} above it; keep newest first"
                yield ("suites", suite), message
    known = config.known_variants()
    last: dict[tuple[ValuePath, str], tuple[str, str]] = {}
    for path, choice in config.listed_variants():
        flavor, suite = known.get(choice.name, ("", ""))
        if not cycle_numbers(suite):
            continue
        above, upper_suite = last.get((path[:-1], flavor), ("", suite))
        if cycle_numbers(upper_suite) < cycle_numbers(suite):
            yield path, f"{choice.name} is newer than {above} above it; keep newest first"
        last[path[:-1], flavor] = (choice.name, suite)
