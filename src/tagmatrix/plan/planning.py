"""Make a plan: select, build, join, and count."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.plan import jobs as jobs_of
from tagmatrix.plan.base_digests import NONE
from tagmatrix.plan.builds import Builder
from tagmatrix.plan.joining import Joins
from tagmatrix.plan.records import Attestations, Cost, Plan
from tagmatrix.plan.runners import Runners
from tagmatrix.plan.selection import Choice, select
from tagmatrix.registry.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.plan.base_digests import BaseDigests
    from tagmatrix.plan.graph import Graph
    from tagmatrix.plan.images import PlanFamily
    from tagmatrix.plan.records import Build
    from tagmatrix.plan.selection import Selected
    from tagmatrix.registry.joins import Join


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """How a plan is made; the fields are those of the command's options.

    `published` has the keys of builds that a registry has, by family, Dockerfile and architecture:
    they are not built again, unless another build needs them as its parent.
    """

    by: str = "image"
    as_of: str | None = None
    push: bool = True
    cache: str | None = None
    digests: BaseDigests = NONE
    durations: Mapping[str, int] | None = None
    published: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    choice: Choice = field(default_factory=Choice)


def make(families: Sequence[PlanFamily], graph: Graph, options: PlanOptions) -> Plan:
    """Return the plan. Raises InputError: an unknown name, a tag with two joins."""
    push = options.push and any(image.repositories for image in graph.images)
    choice = options.choice if push else replace(options.choice, indexes={})
    selected = select(graph, choice)
    builder = Builder(families, graph, options.digests, push=push)
    builds = builder.builds(selected.builds)
    joins = Joins(builds, selected.published, options.as_of)
    if push:
        for family in families:
            joins.add(family)
    runners = {family.name: Runners(family.publish.runners).classes for family in families}
    planned = tuple(_needed(builds.values(), options.published))
    optional = _optional(planned, joins.joins)
    made = jobs_of.jobs(planned, options.by, runners, push=push, optional=optional)
    return Plan(
        id="",
        as_of=options.as_of,
        push=push,
        by=options.by,
        attest=_attestations(families),
        cache=options.cache,
        builds=planned,
        jobs=made,
        joins=tuple(joins.joins),
        left_out=(
            *_left_out(families, selected, choice),
            *builder.left_out,
            *joins.left_out,
        ),
        cost=cost(planned, len(made), options.durations),
    )


def _optional(builds: Iterable[Build], joins: Iterable[Join]) -> set[str]:
    """Return the builds that no tag waits for, and no other build."""
    joined = {member.build for join in joins for member in join.members}
    joined -= {name for join in joins for name in join.required}
    return joined - {parent.build for build in builds for parent in build.parents}


def _needed(builds: Iterable[Build], published: Mapping[tuple[str, str, str], str]) -> list[Build]:
    """Return the builds without those that a registry has with the same key."""
    found: list[Build] = []
    parents: set[str] = set()
    for build in reversed(list(builds)):  # children come after their parents
        place = (build.family, f"{build.folder}/{build.file}", build.architecture)
        if build.id in parents or not build.key or published.get(place) != build.key:
            found.append(build)
            parents.update(parent.build for parent in build.parents)
    return found[::-1]


def cost(builds: Sequence[Build], jobs: int, durations: Mapping[str, int] | None) -> Cost:
    """Return what builds cost; `durations` has the seconds of earlier builds by id."""
    weights = [build.weight for build in builds if build.weight is not None]
    known = [durations[build.id] for build in builds if durations and build.id in durations]
    return Cost(
        images=len({(build.family, build.image) for build in builds}),
        builds=len(builds),
        jobs=jobs,
        stages=max((build.stage for build in builds), default=0),
        weight=sum(weights) if weights else None,
        minutes=None if durations is None else round(sum(known) / 60, 1),
        unknown=None if durations is None else len(builds) - len(known),
    )


def _attestations(families: Iterable[PlanFamily]) -> Attestations:
    """Return the attestations of all families. Raises InputError if they differ."""
    every = {
        Attestations(sbom=each.publish.attest.sbom, provenance=each.publish.attest.provenance)
        for each in families
    }
    if len(every) > 1:
        names = ", ".join(family.name for family in families)
        raise InputError(
            f"{names}: `publish.attest` differs; write the same value in each, or plan each alone"
        )
    return every.pop()


def _left_out(
    families: Iterable[PlanFamily],
    selected: Selected,
    choice: Choice,
) -> Iterable[LeftOut]:
    for family in families:
        for absent in family.left_out:
            if choice.has_cell(absent.cycle, absent.variants):
                yield LeftOut(what=absent.what, why=absent.why)
    for image in selected.unchanged:
        yield LeftOut(what=image.name, why=choice.unchanged.get(image, "it did not change"))
