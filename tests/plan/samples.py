"""A family in memory, and plans of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tagmatrix.config.publishing import Publish
from tagmatrix.plan.graph import Graph
from tagmatrix.plan.images import ImageBases, PlanFamily, PlanImage, plan_tag
from tagmatrix.plan.planfile import sealed
from tagmatrix.plan.planning import PlanOptions, make

if TYPE_CHECKING:
    from tagmatrix.plan.records import Plan

REPOSITORY = "ghcr.io/me/sample"
ARCHITECTURES = ("amd64", "arm64v8")
COMMIT, TREE = "c" * 40, "d" * 40


def image(name: str, base: str = "debian:trixie-slim", **changes: Any) -> PlanImage:  # noqa: ANN401 (any field)
    """Return an image of the family `sample`, such as `2.1/slim`."""
    cycle, _, variant = name.partition("/")
    suffix = f"-{variant}" if variant else ""
    architectures = changes.pop("architectures", ARCHITECTURES)
    tags = [f"{alias}{suffix}" for alias in (f"{cycle}.3", cycle, "2")]
    aliases = (f"{cycle}.3", cycle, "2")
    values: dict[str, Any] = {
        "family": "sample",
        "name": name,
        "cycle": cycle,
        "variant": variant,
        "flavor": variant.partition("-")[0],
        "version": f"{cycle}.3",
        "final": True,
        "folder": f"library/{name}",
        "file": "Dockerfile",
        "place": f"library/{name}",
        "architectures": architectures,
        "builder": "buildkit",
        "constraints": (),
        "commit": COMMIT,
        "epoch": 1_764_288_000,
        "tree": TREE,
        "tags": tuple(
            plan_tag(tag, alias, f"{cycle}.3", cycle)
            for tag, alias in zip(tags, aliases, strict=True)
        ),
        "shared_tags": (),
        "bases": dict.fromkeys(architectures, ImageBases(base, (base,))),
        "repositories": (REPOSITORY,),
        "labels": {},
    }
    return PlanImage(**{**values, **changes})


def shared(name: str, *tags: str, **changes: Any) -> PlanImage:  # noqa: ANN401 (any field)
    """Return an image with shared tags."""
    own = image(name, **changes)
    return replace(
        own, shared_tags=tuple(plan_tag(tag, tag, own.version, own.cycle) for tag in tags)
    )


def family(*images: PlanImage, publish: Publish | None = None, name: str = "sample") -> PlanFamily:
    """Return a family of some images."""
    return PlanFamily(
        name=name,
        source="https://git.example/sample.git",
        images=images,
        publish=publish or Publish(),
    )


def plan(*families: PlanFamily, **options: Any) -> Plan:  # noqa: ANN401 (any option)
    """Return the plan of some families, with its id."""
    return sealed(make(families, Graph(families), PlanOptions(**options)))


def ids(made: Plan) -> list[str]:
    """Return the ids of a plan's builds."""
    return [build.id for build in made.builds]
