"""Check values of versions.yaml against each other: references, rules, sizes."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks import (
    axes,
    checksums,
    components,
    context_files,
    defined_names,
    order,
    placeholders,
    publishing,
    releases,
    rules,
    settings,
    size,
    source_addresses,
    variants,
)
from tagmatrix.config.checks.defined import defined
from tagmatrix.problems import MAX_PROBLEMS, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config
    from tagmatrix.config.shapes import Reading

CHECKS: Final[tuple[Callable[[Config, Defined], Iterator[Finding]], ...]] = (
    placeholders.placeholders,
    axes.axes,
    axes.sources,
    axes.conditions,
    axes.on_default,
    defined_names.manifest,
    defined_names.flavors,
    defined_names.variant_names,
    defined_names.references,
    variants.variants,
    context_files.context_files,
    checksums.weak,
    components.components,
    components.same_checksums,
    components.tied,
    rules.conditions,
    settings.lines,
    settings.dependent,
    rules.rules,
    rules.acceptances,
    releases.releases,
    releases.added,
    releases.commands,
    releases.refs,
    releases.variant_versions,
    releases.held,
    source_addresses.source_addresses,
    publishing.repositories,
    publishing.runners,
    publishing.labels,
    publishing.weights,
)


def problems(config: Config, reading: Reading, *, whole: bool) -> list[Problem]:
    """Return the problems of values that do not fit together: MAX_PROBLEMS, or only of the size.

    `whole` says whether all values could be read. Values that have a problem already
    get no second one.
    """
    found = [*size.size(config)]
    if not found:  # what is too large takes too long to look at
        names = defined(config, whole=whole)
        each = (finding for check in CHECKS for finding in check(config, names))
        found += islice(each, MAX_PROBLEMS)
    placed = [(reading.in_file(path), message) for path, message in found]
    return [
        Problem(at, message, config.place(at))
        for at, message in placed
        if not reading.is_reported(at)
    ]


def warnings(config: Config) -> list[Problem]:
    """Return what is allowed but probably a mistake, with places."""
    found = [*order.order(config), *order.finished(config)]
    return [Problem(path, message, config.place(path)) for path, message in found]
