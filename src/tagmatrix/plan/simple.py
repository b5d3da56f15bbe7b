"""Which tags of a plan a single builder can push by itself, and which it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.plan.bake import not_baked
from tagmatrix.registry.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.plan.records import Plan


def not_pushed(plan: Plan) -> Iterator[LeftOut]:
    """Yield the tags that `bake(plan, simple=True)` does not push, and why."""
    left = {item.what for item in not_baked(plan)}
    images = {b.id: b.image for b in plan.builds if b.in_bake and b.id not in left}
    for join in plan.joins:
        owners = {images.get(member.build) for member in join.members}
        what = f"{join.repository}: {', '.join(join.tags)}"
        if None in owners:
            yield LeftOut(what=what, why="bake does not build all its images (Windows, classic)")
        elif len(owners) > 1:
            yield LeftOut(what=what, why="it has several images; one build cannot push it")
