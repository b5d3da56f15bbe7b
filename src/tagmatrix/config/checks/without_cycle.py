"""Check the sources of what has no release cycle: components and axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.document_lookup import holes
from tagmatrix.config.format.upstream import BY_CYCLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Finding
    from tagmatrix.config.model import Upstream
    from tagmatrix.problems import ValuePath


def of_no_cycle(upstream: Upstream, path: ValuePath, what: str) -> Iterator[Finding]:
    """Check that a source lists the versions of all cycles; `what` is what it is for."""
    lookup = upstream.releases
    if upstream.name in BY_CYCLE and lookup is None:
        why = (
            f"{upstream.name} lists the releases of a cycle, and {what} has no cycle; describe its "
            "source with `releases`"
        )
        yield path, why
    if lookup and "cycle" in holes(lookup.address + lookup.each + lookup.where):
        yield (*path, "releases"), f"{{cycle}} has no value here: {what} has no cycle"
