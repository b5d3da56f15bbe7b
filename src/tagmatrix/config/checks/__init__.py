"""What has to fit together in versions.yaml beyond the shape of each value."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tagmatrix.config.checks import order, references, releases, rules, size, variants
from tagmatrix.problems import MAX_PROBLEMS, Problem

if TYPE_CHECKING:
    from tagmatrix.config.model import Config


def problems(config: Config) -> list[Problem]:
    """Return what does not fit together, each with its place; at most MAX_PROBLEMS."""
    found = (
        finding
        for check in (
            size.size,
            releases.maintainers,
            references.flavors,
            references.references,
            variants.variants,
            rules.conditions,
            rules.rules,
            rules.acceptances,
            releases.releases,
            releases.held,
        )
        for finding in check(config)
    )
    return [
        Problem(path, message, config.place(path)) for path, message in islice(found, MAX_PROBLEMS)
    ]


def warnings(config: Config) -> list[Problem]:
    """Return what is allowed but odd, each with its place."""
    found = [*order.order(config), *order.finished(config)]
    return [Problem(path, message, config.place(path)) for path, message in found]
