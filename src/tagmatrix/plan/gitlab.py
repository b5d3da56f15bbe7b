"""A plan as a child pipeline of GitLab, in JSON, which is YAML.

https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#dynamic-child-pipelines
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.errors import InputError
from tagmatrix.plan.handover import DIGESTS, METADATA, PLAN
from tagmatrix.plan.shell import by_id, commands
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.plan.records import Build, Job, Plan

_TEMPLATE: Final = ".tagmatrix"
"""The hidden job that each job extends."""
_SETUP: Final[dict[str, Any]] = {
    # Tags: digests in the toolkit would stay behind the fixes of these images.
    "image": "docker:28",
    "services": ["docker:28-dind"],
    "variables": {"DOCKER_TLS_CERTDIR": "/certs"},
    "before_script": [
        "apk add --quiet git python3 py3-pip",
        'python3 -m pip install --quiet --break-system-packages "$TAGMATRIX_PACKAGE"',
        "docker context create tagmatrix",
        "docker buildx create --use tagmatrix",
    ],
}
_LOGIN: Final = (
    'echo "$CI_REGISTRY_PASSWORD" | docker login "$CI_REGISTRY" --username "$CI_REGISTRY_USER" '
    "--password-stdin"
)
_TAGMATRIX: Final = 'tagmatrix -C "${TAGMATRIX_FOLDER:-.}"'
_MOST_NEEDS: Final = 50
"""https://docs.gitlab.com/ci/yaml/#needs"""
_LAST: Final = "publish"


def gitlab(plan: Plan) -> dict[str, Any]:
    """Return the pipeline: a job for each job of the plan, and one that publishes.

    The variables say whether there are builds, and how many jobs. A pipeline needs a job, so
    without builds it has one that does nothing. Raises InputError for Windows.
    """
    _check_systems(plan)
    stages = sorted({job.stage for job in plan.jobs})
    names = [f"build-{stage}" for stage in stages]
    found: dict[str, Any] = {
        "stages": [*names, _LAST],
        _TEMPLATE: _template(push=plan.push),
        "variables": {
            "TAGMATRIX_ANY": "true" if plan.jobs else "false",
            "TAGMATRIX_COUNT": str(len(plan.jobs)),
        },
    }
    every = by_id(plan)
    builders = {
        build: (number, job) for number, job in enumerate(plan.jobs) for build in job.builds
    }
    for job in plan.jobs:
        found[f"build {job.id}"] = _job(plan, job, every, _needed(job, every, builders))
    if not plan.jobs:
        found["nothing to build"] = {"stage": _LAST, "script": ["echo nothing to build"]}
    elif plan.push:
        publish = f"{_TAGMATRIX} registry publish --plan {PLAN} --digests {DIGESTS}"
        found[_LAST] = {"extends": _TEMPLATE, "stage": _LAST, "script": [publish]}
    return found


def _check_systems(plan: Plan) -> None:
    """Check that all builds can run in the jobs' container, which has Linux. Raises InputError."""
    systems = {build.architecture: build.platform.partition("/")[0] for build in plan.builds}
    others = [build.id for build in plan.builds if systems[build.architecture] != "linux"]
    if others:
        advice = "leave them out"
        if fitting := [name for name, system in systems.items() if system == "linux"]:
            names = " ".join(f"--arch {name}" for name in fitting)
            advice = f"plan {names}, with these architectures in `publish.required`"
        raise InputError(
            f"--format gitlab: {few(others)} cannot be built in a job of GitLab, which runs in a "
            f"container with Linux; {advice}"
        )


def _template(*, push: bool) -> dict[str, Any]:
    """Return what all jobs have: a machine with docker, tagmatrix, and the registry's password."""
    if not push:
        return {**_SETUP, "interruptible": True}
    return {**_SETUP, "before_script": [*_SETUP["before_script"], _LOGIN]}


def _job(plan: Plan, job: Job, every: Mapping[str, Build], needed: list[str]) -> dict[str, Any]:
    """Return one job; it takes the digests of the jobs that it needs."""
    own = commands(plan, job, every)
    script = [part for part in (own.prepare, own.build, own.test, own.export) if part]
    found: dict[str, Any] = {
        "extends": _TEMPLATE,
        "stage": f"build-{job.stage}",
        "tags": [job.label],
        "script": script,
        # An image that no tag waits for may fail.
        **({} if job.required else {"allow_failure": True}),
        "artifacts": {"when": "always", "paths": [PLAN, f"{DIGESTS}/", f"{METADATA}/"]},
    }
    if 0 < len(needed) < _MOST_NEEDS:
        found["needs"] = [
            {"pipeline": "$PARENT_PIPELINE_ID", "job": "tagmatrix plan"},
            *({"job": f"build {name}", "artifacts": True} for name in needed),
        ]
    elif not needed:
        found["needs"] = [{"pipeline": "$PARENT_PIPELINE_ID", "job": "tagmatrix plan"}]
    return found


def _needed(
    job: Job, every: Mapping[str, Build], builders: Mapping[str, tuple[int, Job]]
) -> list[str]:
    """Return the jobs of earlier stages that build the parents of a job, in the plan's order.

    `builders` has the number and the job of each build.
    """
    parents = {parent.build for name in job.builds for parent in every[name].parents}
    found = {builders[name] for name in parents if name in builders}
    return [other.id for _, other in sorted(found) if other.stage < job.stage]
