"""What builds hand over to the next stage and to the registry: the digests of their images."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.errors import InputError
from tagmatrix.plan.builds import BASE_DIGEST
from tagmatrix.plan.planning import cost
from tagmatrix.plan.records import LeftOut
from tagmatrix.references import is_digest
from tagmatrix.registry.joins import BuiltImage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.plan.records import Build, Parent, Plan
    from tagmatrix.registry.joins import TestResult

_DESCRIPTORS: Final = ("containerimage.descriptor", "Descriptor")
"""The key of a descriptor: that of buildx, and that of `docker manifest inspect --verbose`."""


def next_stage(plan: Plan, built: Mapping[str, BuiltImage]) -> Plan:
    """Return the builds that can start: not built yet, with all parents built and pinned.

    Its id is that of the whole plan, and it has no joins: they are those of the whole plan.
    """
    ready: list[Build] = []
    waiting: list[LeftOut] = []
    for build in plan.builds:
        if build.id in built:
            continue
        missing = [parent.build for parent in build.parents if parent.build not in built]
        if missing:
            waiting.append(LeftOut(what=build.id, why=f"its parent {missing[0]} is not built yet"))
        else:
            ready.append(_pinned(build, built))
    ids = {build.id for build in ready}
    jobs = [
        replace(job, builds=tuple([each for each in job.builds if each in ids]))
        for job in plan.jobs
        if not ids.isdisjoint(job.builds)
    ]
    return replace(
        plan,
        builds=tuple(ready),
        jobs=tuple(jobs),
        joins=(),
        left_out=(*plan.left_out, *waiting),
        cost=cost(ready, len(jobs), None),
    )


def _pinned(build: Build, built: Mapping[str, BuiltImage]) -> Build:
    """Return a build with the digests of its parents."""
    parents = tuple([_with_digest(parent, built[parent.build]) for parent in build.parents])
    digests = {parent.name: parent.digest for parent in parents}
    digest = digests.get(build.base or "")
    labels = {**build.labels, BASE_DIGEST: digest} if digest else build.labels
    return replace(build, parents=parents, labels=labels)


def _with_digest(parent: Parent, built: BuiltImage) -> Parent:
    return replace(parent, digest=built.digest, repository=built.repository)


def check(plan: Plan, build: Build, built: BuiltImage, name: str) -> None:
    """Check that what a build left belongs to this plan. Raises InputError."""
    expected = {
        "plan": plan.id,
        "build": build.id,
        "key": build.key,
        "commit": build.commit,
        "platform": build.platform,
    }
    for field, value in expected.items():
        found = getattr(built, field)
        if found != value:
            raise InputError(f"{name}: {field} is {found}, but the plan has {value}")


def from_metadata(
    plan: Plan,
    build: Build,
    metadata: bytes,
    name: str,
    *,
    seconds: int | None,
    test: TestResult | None,
) -> BuiltImage:
    """Return what a build leaves, from the metadata that the engine wrote.

    `name` is the name of the metadata in messages. Raises InputError.
    """
    try:
        value = json.loads(metadata)
    except ValueError as error:
        raise InputError(f"{name}: this is not JSON: {error}") from None
    descriptor = _descriptor(value, build.id)
    digest, size = descriptor.get("digest"), descriptor.get("size")
    media_type = descriptor.get("mediaType")
    if not isinstance(digest, str) or not is_digest(digest):
        raise InputError(f"{name}: there is no digest of the image; was it pushed?")
    if type(size) is not int or not isinstance(media_type, str):
        raise InputError(f"{name}: there is no descriptor of the image with size and media type")
    if build.repository is None:
        raise InputError(f"{name}: the plan does not push {build.id}, so it has no digest")
    return BuiltImage(
        plan=plan.id,
        build=build.id,
        key=build.key,
        commit=build.commit,
        platform=build.platform,
        repository=build.repository,
        digest=digest,
        media_type=media_type,
        size=size,
        seconds=seconds,
        test=test,
    )


def _descriptor(value: Any, build: str) -> dict[str, Any]:  # noqa: ANN401 (any JSON)
    """Return the descriptor in the metadata of one build, or of several with their names."""
    if isinstance(value, dict) and isinstance(value.get(build), dict):
        value = value[build]
    for key in _DESCRIPTORS:
        if isinstance(value, dict) and isinstance(value.get(key), dict):
            found: dict[str, Any] = value[key]
            return found
    return {}
