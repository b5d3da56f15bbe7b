"""The next stage of a plan as the strategy of a job of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.plan.shell import commands

if TYPE_CHECKING:
    from tagmatrix.plan.records import Plan


def github(plan: Plan) -> dict[str, Any]:
    """Return the strategy with its jobs, and beside it whether there are any, and how many.

    A matrix without jobs is an error in GitHub: a workflow asks `any` first.
    """
    stage = min((job.stage for job in plan.jobs), default=0)
    jobs = [job for job in plan.jobs if job.stage == stage]
    secrets = {build.id: [each.env for each in build.secrets] for build in plan.builds}
    include = [
        {
            "id": job.id,
            "runner": job.label,
            "stage": job.stage,
            "builds": " ".join(job.builds),
            "platforms": ",".join(job.emulates),
            "required": job.required,
            "secrets": " ".join(sorted({name for build in job.builds for name in secrets[build]})),
            **{
                part: getattr(own, part)
                for own in (commands(plan, job),)
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
        "stages": max((job.stage for job in plan.jobs), default=0),
        "strategy": {"fail-fast": False, "matrix": {"include": include}},
    }
