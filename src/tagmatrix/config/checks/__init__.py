"""Check values of versions.yaml against each other: references, rules, sizes."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks import order, references, releases, rules, size, variants
from tagmatrix.config.checks.defined import defined
from tagmatrix.problems import MAX_PROBLEMS, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config
    from tagmatrix.config.shapes import Reading
    from tagmatrix.problems import ValuePath


CHECKS: Final[tuple[Callable[[Config, Defined], Iterator[Finding]], ...]] = (
    references.flavors,
    references.variant_names,
    references.references,
    variants.variants,
    rules.conditions,
    rules.rules,
    rules.acceptances,
    releases.releases,
    releases.held,
)
_SECTIONS: Final = ("flavors", "suites", "variants", "settings", "release_managers", "releases")
"""The sections that references refer to."""


def problems(config: Config, reading: Reading) -> list[Problem]:
    """Return the problems of values that do not fit together: MAX_PROBLEMS, and of the size.

    Consequences of a value that could not be read are left out.
    """
    gaps = reading.gaps
    found = [*size.size(config)]
    if gaps.isdisjoint((section,) for section in _SECTIONS):
        names = defined(config, gaps)
        each = (finding for check in CHECKS for finding in check(config, names))
        found += islice(each, MAX_PROBLEMS)
    reported = {problem.path for problem in reading.problems}
    placed = [(reading.in_file(path), message) for path, message in found]
    return [
        Problem(at, message, config.place(at))
        for at, message in placed
        if at not in reported and not any(_overlap(at, gap) for gap in gaps)
    ]


def _overlap(path: ValuePath, other: ValuePath) -> bool:
    """Return whether one of two paths leads to the other's value, or to a part of it."""
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]


def warnings(config: Config) -> list[Problem]:
    """Return what is allowed but probably a mistake, with places."""
    found = [*order.order(config), *order.finished(config)]
    return [Problem(path, message, config.place(path)) for path, message in found]
