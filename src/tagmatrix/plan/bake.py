"""The plan as a file of `docker buildx bake`.

https://docs.docker.com/build/bake/reference/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.plan.builds import OCI
from tagmatrix.plan.safe_names import names
from tagmatrix.registry.left_out import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagmatrix.plan.records import Build, Plan

_NOWHERE: Final = "type=cacheonly"


def bake(plan: Plan, *, simple: bool = False) -> dict[str, Any]:
    """Return the bake file of a plan, without its classic builds, and what is built on them.

    Each target builds one platform and pushes it by digest. If `simple`, each target builds
    all platforms of an image and pushes its tags.
    """
    builds = list(_baked(plan).values())
    if simple:
        targets = _simple_targets(plan, builds)
        members = [(build.image, build) for build in builds]
    else:
        ids = {build.id: build.id for build in builds}
        targets = {build.id: _target(plan, build, ids) for build in builds}
        members = [(build.id, build) for build in builds]
    # Bake refuses an empty map of targets, and accepts a file without one.
    own = {"target": targets} if targets else {}
    found: dict[str, Any] = _escaped({"group": _groups(members), **own})
    return found


def _baked(plan: Plan) -> dict[str, Build]:
    """Return the builds of a bake file: BuildKit builds their parents too, or they are pinned."""
    found: dict[str, Build] = {}
    for build in plan.builds:  # parents come first
        if build.in_bake and all(
            parent.digest or parent.build in found for parent in build.parents
        ):
            found[build.id] = build
    return found


def not_baked(plan: Plan) -> Iterator[LeftOut]:
    """Yield the builds for BuildKit that are not in a bake file, and why."""
    found = _baked(plan)
    for build in plan.builds:
        if build.in_bake and build.id not in found:
            parent = next(each.build for each in build.parents if each.build not in found)
            why = f"its parent {parent} is not in the file, and its digest is not known"
            yield LeftOut(what=build.id, why=why)


def _escaped(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return a value whose texts bake does not take for templates of HCL."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return {key: _escaped(item) for key, item in value.items()}


def _groups(members: Sequence[tuple[str, Build]]) -> dict[str, Any]:
    """Return the groups: by cycle, flavor, stage and runner class, and `default`."""
    found: dict[str, dict[str, None]] = {"default": {}}
    for target, build in members:
        for group in groups_of(build):
            found.setdefault(group, {})[target] = None
        found["default"][target] = None
    slugs = names(found, reserved=[target for target, _ in members])
    return {slugs[group]: {"targets": list(targets)} for group, targets in found.items()}


def groups_of(build: Build) -> tuple[str, ...]:
    """Return the groups of a build, besides `default`."""
    known = {
        "cycle": build.cycle,
        "flavor": build.flavor,
        "stage": str(build.stage),
        "runner": build.runner,
    }
    return tuple([f"{kind}-{name}" for kind, name in known.items() if name])


def _target(plan: Plan, build: Build, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the target of one build."""
    own = {name: text for name, text in build.labels.items() if name.startswith(OCI)}
    output = _NOWHERE
    if build.repository:
        output = (
            f"type=image,name={build.repository},push-by-digest=true,name-canonical=true,"
            "push=true,oci-mediatypes=true"
        )
    return {
        **_common(plan, build, build.id),
        "platforms": [build.platform],
        **contexts([build], ids),
        "annotations": [f"manifest:{name}={text}" for name, text in own.items()],
        "output": [output],
    }


def _simple_targets(plan: Plan, builds: Iterable[Build]) -> dict[str, Any]:
    """Return a target for each image: all its platforms, with the tags that only it has."""
    images: dict[str, list[Build]] = {}
    for build in builds:
        images.setdefault(build.image, []).append(build)
    targets = {build.id: build.image for some in images.values() for build in some}
    tags: dict[str | None, list[str]] = {}
    annotations: dict[str, Mapping[str, str]] = {}
    for join in plan.joins:
        owners = {targets.get(member.build) for member in join.members}
        if len(owners) == 1:
            every = [f"{join.repository}:{tag}" for tag in join.tags]
            tags.setdefault(owners.pop(), []).extend(every)
        annotations |= {member.build: member.annotations for member in join.members}
    return {
        image: _simple_target(plan, some, tags.get(image, []), targets, annotations)
        for image, some in images.items()
    }


def _simple_target(
    plan: Plan,
    builds: Sequence[Build],
    tags: Sequence[str],
    targets: Mapping[str, str],
    descriptors: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    first = builds[0]
    own = {name: text for name, text in first.labels.items() if name.startswith(OCI)}
    annotations = [f"manifest:{name}={text}" for name, text in own.items()]
    if len(builds) > 1 or plan.attest.sbom or plan.attest.provenance:
        annotations += [f"index:{name}={text}" for name, text in own.items()]
        for build in builds:
            annotations += [
                f"manifest-descriptor[{build.platform}]:{name}={text}"
                for name, text in descriptors.get(build.id, {}).items()
            ]
    return {
        **_common(plan, first, first.image),
        "platforms": [build.platform for build in builds],
        **contexts(builds, targets),
        "annotations": annotations,
        **({"tags": list(tags)} if tags else {}),
        "output": ["type=image,push=true,oci-mediatypes=true" if tags else _NOWHERE],
    }


def _common(plan: Plan, build: Build, name: str) -> dict[str, Any]:
    """Return what both kinds of targets have."""
    attest = []
    if plan.attest.sbom:
        attest.append("type=sbom")
    mode = plan.attest.provenance
    attest.append(f"type=provenance,mode={mode}" if mode else "type=provenance,disabled=true")
    found: dict[str, Any] = {
        "context": build.folder,
        "dockerfile": build.file,
        "labels": dict(build.labels),
        "attest": attest,
    }
    if build.epoch is not None:
        found["args"] = {"SOURCE_DATE_EPOCH": str(build.epoch)}
    if build.secrets:
        found["secret"] = [f"id={secret.id},env={secret.env}" for secret in build.secrets]
    if plan.cache:
        cache = plan.cache.replace("{id}", name)
        found["cache-from"] = [cache]
        found["cache-to"] = [cache if "mode=" in cache else f"{cache},mode=max"]
    return found


def contexts(builds: Iterable[Build], targets: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the key `contexts`, if there is one: what replaces bases.

    They are targets of the same file, or images pinned by digest.
    `targets` has the target of each build in the file.
    """
    found: dict[str, str] = {}
    for build in builds:
        for parent in build.parents:
            if parent.digest:
                image = f"docker-image://{parent.repository}@{parent.digest}"
                found[context_name(parent.name)] = image
            elif parent.build in targets:
                found[context_name(parent.name)] = f"target:{targets[parent.build]}"
        for base in build.bases:
            if base.digest and "@" not in base.name:
                found[context_name(base.name)] = f"docker-image://{base.name}@{base.digest}"
    return {"contexts": found} if found else {}


def context_name(name: str) -> str:
    """Return the name by which BuildKit looks a base up: without the tag `latest`.

    >>> context_name("debian:latest"), context_name("debian:trixie")
    ('debian', 'debian:trixie')
    """
    return name.removesuffix(":latest")
