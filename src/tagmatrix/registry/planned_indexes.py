"""What a plan's builds are published as: each index with its tags, judged before it is pushed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.registry import current_tags, members, new_manifests, reuse
from tagmatrix.registry.members import Refused
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.repositories import repository
from tagmatrix.util.wording import counted
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Document
    from tagmatrix.registry.joins import BuiltImage, Join, PlanJoins
    from tagmatrix.registry.members import Patience, Ready
    from tagmatrix.registry.publishing_problems import PublishingProblems
    from tagmatrix.registry.repositories import RegistryRepository

WAITS: Final = "waits"
THERE: Final = "there"
PUSHED: Final = "pushed"
FAILED: Final = "failed"


@dataclass(slots=True, kw_only=True)
class TagPush:
    """A tag to push; `state` says how far it is.

    Attributes:
        tag: the tag.
        old: the digest that it has; empty if it does not exist.
        state: waits, there (it has the digest already), pushed or failed.
        fixed: whether it has the full version.
    """

    tag: str
    old: str
    state: str = WAITS
    fixed: bool = False


@dataclass(slots=True, kw_only=True)
class Index:
    """An index to push, with its tags in order.

    `lacks` has the digests of members that its repository lost after tags got the index.
    """

    target: RegistryRepository
    document: Document
    parts: tuple[Ready, ...]
    steps: list[TagPush]
    lacks: tuple[str, ...] = ()

    @property
    def is_tagged(self) -> bool:
        """Return whether all its tags have its digest already."""
        return all(step.state == THERE for step in self.steps)

    @property
    def is_there(self) -> bool:
        """Return whether nothing has to be pushed: all its tags have it, and it is complete."""
        return self.is_tagged and not self.lacks


@dataclass(slots=True, kw_only=True)
class PlannedIndexes:
    """All that a plan publishes: indexes with their tags, and what it accepts by versions.yaml."""

    plan: str
    indexes: list[Index] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    @property
    def incomplete(self) -> dict[str, int]:
        """Return the number of images that are missing below tags, by the index's first tag."""
        return {
            f"{index.target}:{index.steps[0].tag}": len(index.lacks)
            for index in self.indexes
            if index.lacks
        }

    @property
    def replaced(self) -> dict[RegistryRepository, list[str]]:
        """Return the fixed tags that get another image of their version, by repository."""
        found: dict[RegistryRepository, list[str]] = {}
        for index in self.indexes:
            for step in index.steps:
                if step.fixed and step.old not in {"", index.document.digest}:
                    found.setdefault(index.target, []).append(step.tag)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return each tag with its old and new digest, as JSON."""
        return {
            "plan": self.plan,
            "tags": [
                {
                    "registry": index.target.host,
                    "repository": str(index.target),
                    "tag": step.tag,
                    "old": step.old or None,
                    "new": index.document.digest,
                    "state": step.state,
                }
                for index in self.indexes
                for step in index.steps
            ],
        }


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
        members.look_again(registry, index, findings)
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
