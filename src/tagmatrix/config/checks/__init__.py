"""What has to fit together in versions.yaml beyond the shape of each value."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks import order, references, releases, rules, size, variants
from tagmatrix.problems import MAX_PROBLEMS, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.checks.common import Finding
    from tagmatrix.config.gaps import Gaps
    from tagmatrix.config.model import Config


CHECKS: Final[tuple[Callable[[Config, Gaps], Iterator[Finding]], ...]] = (
    references.flavors,
    references.names,
    references.references,
    variants.variants,
    rules.conditions,
    rules.rules,
    rules.acceptances,
    releases.releases,
    releases.held,
)


def findings(config: Config, gaps: Gaps) -> list[Finding]:
    """Return what does not fit together; at most MAX_PROBLEMS."""
    found = (finding for check in CHECKS for finding in check(config, gaps))
    return [*size.size(config), *islice(found, MAX_PROBLEMS)]


def warnings(config: Config) -> list[Problem]:
    """Return what is allowed but odd, each with its place."""
    found = [*order.order(config), *order.finished(config)]
    return [Problem(path, message, config.place(path)) for path, message in found]
