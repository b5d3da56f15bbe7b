"""The table of `plan`, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli.output import note
from tagmatrix.cli.table import say_table
from tagmatrix.util.wording import counted

if TYPE_CHECKING:
    from tagmatrix.plan.records import Plan

_TITLES = ("JOB", "RUNNER", "STAGE", "PLATFORMS", "WHY")
_MOST = 20


def show(plan: Plan) -> None:
    """Print the jobs, and the numbers below."""
    builds = {build.id: build for build in plan.builds}
    rows = []
    for job in plan.jobs:
        own = [builds[name] for name in job.builds]
        platforms = ",".join(dict.fromkeys(build.platform for build in own))
        why = "; ".join(dict.fromkeys(build.why for build in own))
        rows.append((job.id, job.label, str(job.stage), platforms, why))
    if rows:
        say_table(_TITLES, rows)
    for item in plan.left_out[:_MOST]:
        note(f"left out: {item.what}: {item.why}")
    if len(plan.left_out) > _MOST:
        note(f"left out: {len(plan.left_out) - _MOST:,} more; --format json lists them")
    note(_numbers(plan))


def _numbers(plan: Plan) -> str:
    cost = plan.cost
    numbers = {
        "image": cost.images,
        "build": cost.builds,
        "job": cost.jobs,
        "stage": cost.stages,
        "tag": sum(len(join.tags) for join in plan.joins),
    }
    found = [", ".join(counted(count, word) for word, count in numbers.items())]
    if cost.weight is not None:
        found.append(f"weight {cost.weight:,}")
    if cost.minutes is not None:
        unknown = f" ({counted(cost.unknown, 'build')} unknown)" if cost.unknown else ""
        found.append(f"{cost.minutes:,} minutes{unknown}")
    return "; ".join(found)
