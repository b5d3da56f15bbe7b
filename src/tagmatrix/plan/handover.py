"""What builds hand over to the next stage and to the registry: the digests of their images."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tagmatrix.errors import InputError
from tagmatrix.plan.builds import BASE_DIGEST
from tagmatrix.plan.planning import cost
from tagmatrix.references import is_digest
from tagmatrix.registry.joins import BuiltImage
from tagmatrix.registry.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.plan.records import Build, Parent, Plan
    from tagmatrix.registry.joins import TestResult

PLAN: Final = "plan.json"
DIGESTS: Final = "digests"
METADATA: Final = "metadata"
"""The files of a job: the plan, the folder of what builds leave, and that of what engines write."""
_DESCRIPTORS: Final = ("containerimage.descriptor", "Descriptor")
"""The key of a descriptor: that of buildx, and that of `docker manifest inspect --verbose`."""
_DIGEST: Final = "containerimage.digest"
"""The key of the digest alone: some exporters and releases of buildx write no descriptor."""


def next_stage(plan: Plan, built: Mapping[str, BuiltImage]) -> Plan:
    """Return the builds that can start: not built yet, with all parents built and pinned.

    Its id and its number of stages are those of the whole plan. It has no joins.
    Raises InputError for a plan that pushes nothing: its builds have no digests.
    """
    if not plan.push:
        raise InputError(
            "--digests: the plan pushes nothing, so it has one stage; remove --digests"
        )
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
        cost=replace(cost(ready, len(jobs), None), stages=plan.cost.stages),
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
    """Return what a build leaves, from what the engine wrote: metadata, or only a digest.

    `name` is the name of the file in messages. Raises InputError.
    """
    if build.repository is None:
        raise InputError(f"{name}: the plan does not push {build.id}, so it has no digest")
    descriptor = _descriptor(metadata, build.id, name)
    size, media_type = descriptor.get("size"), descriptor.get("mediaType")
    return BuiltImage(
        plan=plan.id,
        build=build.id,
        key=build.key,
        commit=build.commit,
        platform=build.platform,
        repository=build.repository,
        digest=descriptor["digest"],
        media_type=media_type if isinstance(media_type, str) else None,
        size=size if type(size) is int else None,
        seconds=seconds,
        test=test,
    )


def _descriptor(data: bytes, build: str, name: str) -> dict[str, Any]:
    """Return the descriptor of an image, or only its digest. Raises InputError."""
    text = data.decode("utf-8", "replace").strip()
    if is_digest(
        text
    ):  # the file of --digestfile (buildah, podman, skopeo) and --digest-file (kaniko)
        return {"digest": text}
    try:
        value = json.loads(data)
    except ValueError as error:
        raise InputError(f"{name}: neither a digest nor JSON: {error}") from None
    if isinstance(value, dict) and isinstance(value.get(build), dict):
        value = value[build]  # of bake, which names the target
    found: dict[str, Any] = {}
    if isinstance(value, dict):
        known = [value[key] for key in _DESCRIPTORS if isinstance(value.get(key), dict)]
        found = known[0] if known else {"digest": value.get(_DIGEST)}
    digest = found.get("digest")
    if digest is None:
        names = f"{_DESCRIPTORS[0]} nor {_DIGEST}"
        raise InputError(f"{name}: it has neither {names}; push the image, and record it then")
    if not isinstance(digest, str) or not is_digest(digest):
        raise InputError(f"{name}: invalid digest {digest!r}: expected sha256: and 64 hex digits")
    return found
