"""The next stage of a plan as the strategy of a job of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.plan.parents import with_parents
from tagmatrix.plan.shell import by_id, commands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.plan.records import Build, Job, Plan


def github(plan: Plan) -> dict[str, Any]:
    """Return the strategy with its jobs, and beside it whether there are any, and how many.

    A matrix without jobs is an error in GitHub: a workflow asks `any` first.
    """
    stage = min((job.stage for job in plan.jobs), default=0)
    jobs = [job for job in plan.jobs if job.stage == stage]
    every = by_id(plan)
    include = [
        {
            "id": job.id,
            "runner": job.label,
            "stage": job.stage,
            "builds": " ".join(job.builds),
            "platforms": ",".join(job.emulates),
            "required": job.required,
            "secrets": " ".join(_secrets(job, every)),
            **{
                part: getattr(own, part)
                for own in (commands(plan, job, every),)
                for part in ("prepare", "build", "test", "export")
            },
        }
        for job in jobs
    ]
    return {
        "schema": 1,
        "plan": plan.id,
        "any": bool(include),
        "count": len(include),
        "stage": stage,
        "stages": plan.cost.stages if plan.push else stage,
        "strategy": {"fail-fast": False, "matrix": {"include": include}},
    }


def _secrets(job: Job, every: Mapping[str, Build]) -> list[str]:
    """Return the variables of the secrets of all that a job builds; without a push also parents."""
    builds = with_parents(every, [every[name] for name in job.builds])
    return sorted({secret.env for build in builds for secret in build.secrets})
