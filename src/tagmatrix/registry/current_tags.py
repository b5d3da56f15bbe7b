"""The tags that a plan moves, as they are now: which may move, and which are there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tagmatrix.diff import text as diff_text
from tagmatrix.guard.refusal import FIXED, Wording
from tagmatrix.registry import tag_guard
from tagmatrix.registry.image_facts import facts
from tagmatrix.registry.joins import KEY
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.repositories import repository
from tagmatrix.versions import parse
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.diff import Change
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_facts import ImageFacts
    from tagmatrix.registry.index_pushes import Index
    from tagmatrix.registry.joins import Join
    from tagmatrix.registry.publishing_problems import PublishingProblems
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.versions import Version

_WORDING: Final = Wording(
    outcome="fix versions.yaml",  # `publish` says that nothing was pushed
    fixed=f"{FIXED}. If the registry has the wrong image, remove the tag there with "
    "`tagmatrix registry untag`",
)


def judge(
    registry: Registry,
    indexes: Sequence[Index],
    joins: Iterable[Join],
    configs: Mapping[str, Config],
    findings: PublishingProblems,
) -> list[str]:
    """Note what each tag has now, and which tags have the new index already.

    Adds to the findings what would hurt users, and what can't be read; returns the harm that
    versions.yaml accepts.
    """
    by_place = {(repository(join.repository), join.tags): join for join in joins}
    changes: dict[str, list[Change]] = {}
    for index in indexes:
        tags = tuple(step.tag for step in index.steps)
        join = by_place[index.target, tags]
        heads = for_each(partial(registry.head, index.target), tags)
        new = _of_index(index, join)
        for step in index.steps:
            head = heads[step.tag]
            if isinstance(head, FetchFailed):
                findings.unreadable.append(f"{index.target}:{step.tag}: {head.reason}")
            elif isinstance(head, Found):
                step.old = head.value.digest
                if step.old == index.document.digest:
                    step.state = "there"
                elif step.tag in join.stamped:
                    findings.refused.append(_stamped(index.target, step.tag, step.old))
                else:
                    changes.setdefault(join.family, []).extend(
                        _harm(registry, index.target, step.tag, step.old, new, join, findings)
                    )
    every = [step.tag for index in indexes for step in index.steps]
    return _refuse(changes, every, configs, findings)


def foresee(
    registry: Registry,
    joins: Iterable[Join],
    configs: Mapping[str, Config],
    findings: PublishingProblems,
) -> list[str]:
    """Add to the findings what would be refused, from a plan alone; return what is accepted."""
    changes: dict[str, list[Change]] = {}
    every: list[str] = []
    for join in joins:
        target = repository(join.repository)
        every += join.tags
        new = tag_guard.TagContent(
            architectures=frozenset(member.architecture for member in join.members),
            version=join.version or "",
            final=join.final,
        )
        for tag, head in for_each(partial(registry.head, target), join.tags).items():
            if isinstance(head, FetchFailed):
                findings.unreadable.append(f"{target}:{tag}: {head.reason}")
            elif isinstance(head, Found):
                digest = head.value.digest
                if tag in join.stamped and not _same_builds(registry, target, digest, join):
                    findings.refused.append(_stamped(target, tag, digest))
                elif tag not in join.stamped:
                    changes.setdefault(join.family, []).extend(
                        _harm(registry, target, tag, digest, new, join, findings)
                    )
    return _refuse(changes, every, configs, findings)


def state_of(found: ImageFacts, *, lowest: bool = False) -> tag_guard.TagContent:
    """Return what a digest has: its architectures, and its version.

    If its images have several versions, the highest known one counts, so that no user of a tag
    goes back; of what a tag would get, the lowest.
    """
    text = ""
    version: Version | None = None
    for part in found.parts:
        parsed = parse(part.version, "loose") if part.version else None
        order = parsed.compare(version) if parsed and version else None
        if parsed and (version is None or (order is not None and order == (-1 if lowest else 1))):
            text, version = part.version, parsed
    return tag_guard.TagContent(
        architectures=frozenset(part.architecture for part in found.parts), version=text
    )


def _of_index(index: Index, join: Join) -> tag_guard.TagContent:
    platforms = [part.descriptor.platform for part in index.parts]
    return tag_guard.TagContent(
        architectures=frozenset(each.word for each in platforms if each is not None),
        version=join.version or "",
        final=join.final,
    )


def _stamped(target: RegistryRepository, tag: str, digest: str) -> str:
    return (
        f"{target}:{tag}: this stamped tag has {digest} already, and never moves; use another stamp"
    )


def _harm(
    registry: Registry,
    target: RegistryRepository,
    tag: str,
    digest: str,
    new: tag_guard.TagContent,
    join: Join,
    findings: PublishingProblems,
) -> list[Change]:
    answer = facts(registry, target, digest)
    if not isinstance(answer, Found):
        findings.unreadable.append(f"{target}:{tag}: {answer.reason}")
        return []
    return list(tag_guard.harm(tag, state_of(answer.value), new, fixed=tag in join.fixed))


def _same_builds(registry: Registry, target: RegistryRepository, digest: str, join: Join) -> bool:
    """Return whether a digest has exactly the builds of a join, by their keys."""
    answer = facts(registry, target, digest)
    if not isinstance(answer, Found):
        return False
    keys = {member.key for member in join.members}
    return None not in keys and keys == {part.annotations.get(KEY) for part in answer.value.parts}


def _refuse(
    changes: Mapping[str, Sequence[Change]],
    tags: list[str],
    configs: Mapping[str, Config],
    findings: PublishingProblems,
) -> list[str]:
    """Judge the changes of each family by the acceptances of its own versions.yaml."""
    accepted: list[str] = []
    for family, own in changes.items():
        text, found = tag_guard.refused(
            own, list(dict.fromkeys(tags)), configs.get(family), _WORDING
        )
        findings.refused += text.splitlines()
        accepted += [
            f"{diff_text.headline(group)} (accepted: {group.accepted})"
            for group in found.groups
            if group.accepted
        ]
    return accepted
