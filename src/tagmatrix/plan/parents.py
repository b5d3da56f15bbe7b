"""The parents that a job builds itself, because no registry has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tagmatrix.plan.records import Build


def with_parents(
    every: Mapping[str, Build],
    builds: Iterable[Build],
    *,
    follow: Callable[[Build], bool] = lambda _: True,
) -> list[Build]:
    """Return builds and the parents that they need and that are not pushed, parents first.

    `every` has the builds of the plan by id. `follow` returns whether the parents of a build count.
    """
    found = {build.id: build for build in builds}
    waiting = list(found.values())
    for build in waiting:  # grows
        for parent in build.parents if follow(build) else ():
            own = every.get(parent.build)
            if own and own.repository is None and not parent.digest and own.id not in found:
                found[own.id] = own
                waiting.append(own)
    return sorted(found.values(), key=lambda build: build.stage)
