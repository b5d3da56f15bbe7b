"""What a plan's builds are published as: each index with its tags, judged before it is pushed."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from tagmatrix.registry import current_tags, members, new_manifests, reuse
from tagmatrix.registry.index_pushes import Index, PlannedIndexes, TagPush
from tagmatrix.registry.members import Refused
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.repositories import repository
from tagmatrix.util.wording import counted
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.joins import BuiltImage, Join, PlanJoins
    from tagmatrix.registry.members import Patience, Ready
    from tagmatrix.registry.publishing_problems import PublishingProblems


def prepare(
    registry: Registry,
    plan: PlanJoins,
    built: Mapping[str, BuiltImage],
    configs: Mapping[str, Config],
    findings: PublishingProblems,
    patience: Patience,
) -> PlannedIndexes:
    """Return the indexes to push. Raises GuardError and UpstreamError with all problems.

    Args:
        registry: asks.
        plan: the plan.
        built: what its builds left, by their ids.
        configs: the versions.yaml of families, with their acceptances, by the families' names.
        findings: the problems that are known already.
        patience: how long a digest may be missing.
    """
    ready, unreadable = reuse.reusable(registry, plan, built, findings)
    ready |= _ready(registry, plan, built, findings, patience)
    expected = {*built, *unreadable}
    planned = PlannedIndexes(plan=plan.id)
    for join in plan.joins:
        index = _index(join, ready, expected, findings)
        if index is not None:
            planned.indexes.append(index)
    planned.accepted = current_tags.judge(registry, planned.indexes, plan.joins, configs, findings)
    for index in planned.indexes:
        _look_again(registry, index, findings)
    findings.check()
    return planned


def _ready(
    registry: Registry,
    plan: PlanJoins,
    built: Mapping[str, BuiltImage],
    findings: PublishingProblems,
    patience: Patience,
) -> dict[str, Ready]:
    """Return the images of the plan that are in the registry, by their builds."""
    wanted = [each.build for join in plan.joins for each in join.members]
    places = plan.repositories  # no other one is asked, so none gets a request or a login
    names = [
        name for name in wanted if name in built and repository(built[name].repository) in places
    ]
    answers = for_each(lambda name: members.read(registry, built[name], patience), names)
    found: dict[str, Ready] = {}
    for name, answer in answers.items():
        if isinstance(answer, Found):
            found[name] = answer.value
        elif isinstance(answer, Refused):
            findings.refused.append(answer.why)
        else:
            findings.unreadable.append(f"{name}: {answer.reason}")
    return found


def _index(
    join: Join,
    ready: Mapping[str, Ready],
    expected: Collection[str],
    findings: PublishingProblems,
) -> Index | None:
    """Return the index of a join; None if an image is missing, which is reported.

    What is expected, but not ready, was reported before.
    """
    if any(each.build in expected and each.build not in ready for each in join.members):
        return None
    where = f"{join.repository}:{join.tags[0]}" if join.tags else join.repository
    there = [member for member in join.members if member.build in ready]
    names = {member.build: member.architecture for member in join.members}
    missing = [f"{names.get(each, '?')} ({each})" for each in join.required if each not in ready]
    if missing:
        number = counted(len(missing), "required image")
        findings.refused.append(f"{where}: {number} not built: {', '.join(missing)}")
        return None
    if not there:
        findings.refused.append(
            f"{where}: none of its images is there; tagmatrix pushes no empty index"
        )
        return None
    parts = [ready[member.build] for member in there]
    counts = Counter(
        (part.descriptor.platform.word, part.descriptor.platform.os_version)
        for part in parts
        if part.descriptor.platform is not None
    )
    for (word, version), count in counts.items():
        if count > 1:
            what = f"{word} {version}".rstrip()
            findings.refused.append(f"{where}: it would have {count} images for {what}")
    descriptors = [
        descriptor
        for member, part in zip(there, parts, strict=True)
        for descriptor in members.described(part, member)
    ]
    return Index(
        target=repository(join.repository),
        document=new_manifests.index(descriptors, join.annotations),
        parts=tuple(parts),
        steps=[TagPush(tag=tag, old="", fixed=tag in join.fixed) for tag in join.tags],
    )


def _look_again(registry: Registry, index: Index, findings: PublishingProblems) -> None:
    """Note which members the repository of an index lacks, although tags or builds need them.

    What is elsewhere is copied again. What was only there must be built again, and is reported.
    """
    elsewhere = {
        each.digest
        for part in index.parts
        if part.source != index.target
        for each in (part.descriptor, *part.attestations)
    }
    digests = [
        each.digest
        for each in index.document.members
        if index.is_tagged or each.digest not in elsewhere
    ]
    lacks = []
    for digest, head in for_each(partial(registry.head, index.target), digests).items():
        if isinstance(head, FetchFailed):
            findings.unreadable.append(f"{index.target}@{digest}: {head.reason}")
        elif isinstance(head, NotPublished) and digest in elsewhere:
            lacks.append(digest)
        elif isinstance(head, NotPublished):
            findings.unreadable.append(f"{head.what}: the registry has lost this image; build it")
    index.lacks = tuple(lacks)
