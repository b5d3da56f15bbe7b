"""The jobs of a plan: the builds of one stage that one machine runs."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.plan.parents import with_parents
from tagmatrix.plan.records import Job
from tagmatrix.plan.safe_names import names, slug

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tagmatrix.config.publishing import Runner
    from tagmatrix.plan.records import Build, Plan

BY: Final = ("image", "cycle", "build")
"""What a job is for."""
_FINEST: Final = ("build", "image", "cycle")
MAX_JOBS: Final = 256
"""GitHub's limit of jobs in a matrix:
https://docs.github.com/en/actions/reference/limits#existing-system-limits"""


def jobs(
    builds: Iterable[Build],
    by: str,
    runners: Mapping[str, Mapping[str, Runner]],
    *,
    push: bool,
    optional: Collection[str] = (),
) -> tuple[Job, ...]:
    """Return the jobs, stage by stage.

    `runners` has the classes of each family, `optional` the builds that nothing waits for.

    Without pushing there is one stage: each job builds the parents that it needs.
    """
    groups: dict[tuple[int, str, str, str], list[Build]] = {}
    every = {build.id: build for build in builds}
    for build in every.values():
        stage = build.stage if push else 1
        label = runners[build.family][build.runner].label
        groups.setdefault((stage, _part(build, by), build.runner, label), []).append(build)
    ids = _ids(groups)
    order = sorted(groups, key=lambda key: key[0])
    return tuple([_job(ids[key], key, groups[key], optional, every, runners) for key in order])


def check_number(plan: Plan, most: int) -> None:
    """Check that no stage has too many jobs.

    Raises InputError for a number below 1, and else names the finest way that fits.
    """
    if most < 1:
        raise InputError(f"--max-jobs {most}: expected a number of 1 or more")
    number = _in_a_stage((job.stage, job.id) for job in plan.jobs)
    if number <= most:
        return
    ways = {way: _in_a_stage(_keys(plan, way)) for way in _FINEST}
    fits = [way for way in _FINEST if ways[way] <= most]
    advice = "plan fewer images: name cycles, or --variant"
    if fits:
        advice = f"use --by {fits[0]} ({ways[fits[0]]} jobs)"
    raise InputError(
        f"--by {plan.by} makes {number} jobs in a stage, more than --max-jobs {most}; {advice}"
    )


def _keys(plan: Plan, by: str) -> Iterator[tuple[int, str]]:
    """Yield the stage and the name of the job of each build."""
    for build in plan.builds:
        yield build.stage if plan.push else 1, f"{_part(build, by)}/{build.runner}"


def _in_a_stage(keys: Iterable[tuple[int, str]]) -> int:
    """Return the number of different jobs in the stage that has most."""
    return max(Counter(stage for stage, _ in {*keys}).values(), default=0)


def _part(build: Build, by: str) -> str:
    if by == "build":
        return build.id
    if by == "image":
        return build.image
    return f"{build.family}/{build.cycle}"


def _ids(keys: Iterable[tuple[int, str, str, str]]) -> dict[tuple[int, str, str, str], str]:
    """Return an id for each job: its part and its class, with more only if that is not enough."""
    slugs = cache(slug)
    short = {key: f"{slugs(key[1])}-{slugs(key[2])}" for key in keys}
    counts = Counter(short.values())
    twice = {key: f"{key[1]}/{key[2]}/{key[3]}/{key[0]}" for key in short if counts[short[key]] > 1}
    full = names(twice.values(), short.values())
    return short | {key: full[text] for key, text in twice.items()}


def _job(
    name: str,
    key: tuple[int, str, str, str],
    builds: list[Build],
    optional: Collection[str],
    every: Mapping[str, Build],
    runners: Mapping[str, Mapping[str, Runner]],
) -> Job:
    stage, _, runner, label = key
    native = runners[builds[0].family][runner].architectures
    own = with_parents(every, builds) if any(build.parents for build in builds) else builds
    return Job(
        id=name,
        runner=runner,
        label=label,
        stage=stage,
        builds=tuple([build.id for build in builds]),
        required=any(build.id not in optional for build in builds),
        emulates=tuple(
            dict.fromkeys(build.platform for build in own if build.architecture not in native)
        ),
    )
