"""Publish what a plan's builds made: make each index, push it by digest, then its tags.

All is read and judged before anything is pushed. An index is complete before a tag names it, so
that a tag is old or new, whenever the run is killed; the next run completes the rest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.errors import UpstreamError
from tagmatrix.registry import copying, members, standing, writing
from tagmatrix.registry.members import Refused
from tagmatrix.registry.names import repository
from tagmatrix.util import workers
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.config import Config
    from tagmatrix.registry.client import Registry
    from tagmatrix.registry.documents import Document
    from tagmatrix.registry.findings import Findings
    from tagmatrix.registry.joins import BuiltImage, Join, PlanJoins
    from tagmatrix.registry.members import Patience, Ready
    from tagmatrix.registry.names import Repository
    from tagmatrix.web.answers import Answer

    Progress = Callable[[int, int], None] | None

WAITS: Final = "waits"
THERE: Final = "there"
PUSHED: Final = "pushed"
FAILED: Final = "failed"


@dataclass(slots=True, kw_only=True)
class Step:
    """A tag to push; `state` says how far it is.

    Attributes:
        tag: the tag.
        old: the digest that it has; empty if it does not exist.
        state: waits, there (it has the digest already), pushed or failed.
    """

    tag: str
    old: str
    state: str = WAITS


@dataclass(slots=True, kw_only=True)
class Index:
    """An index to push, with its tags in order."""

    target: Repository
    document: Document
    parts: tuple[Ready, ...]
    steps: list[Step]

    @property
    def is_there(self) -> bool:
        """Return whether all its tags have its digest already."""
        return all(step.state == THERE for step in self.steps)


@dataclass(slots=True, kw_only=True)
class Publication:
    """All that a plan publishes: indexes with their tags, and what it accepts by versions.yaml."""

    plan: str
    indexes: list[Index] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return each tag with its old and new digest, as JSON."""
        return {
            "plan": self.plan,
            "tags": [
                {
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
    config: Config | None,
    findings: Findings,
    patience: Patience,
) -> Publication:
    """Return what is to be pushed. Raises GuardError and UpstreamError with all problems.

    Args:
        registry: asks.
        plan: the plan.
        built: what its builds left, by their ids.
        config: versions.yaml, with its acceptances; None without.
        findings: the problems that are known already.
        patience: how long a digest may be missing.
    """
    ready = _ready(registry, plan, built, findings, patience)
    publication = Publication(plan=plan.id)
    for join in plan.joins:
        index = _index(join, ready, findings)
        if index is not None:
            publication.indexes.append(index)
    publication.accepted = standing.judge(
        registry, publication.indexes, plan.joins, config, findings
    )
    findings.check()
    return publication


def _ready(
    registry: Registry,
    plan: PlanJoins,
    built: Mapping[str, BuiltImage],
    findings: Findings,
    patience: Patience,
) -> dict[str, Ready]:
    """Return the images of the plan that are in the registry, by their builds."""
    wanted = [name for join in plan.joins for name in (each.build for each in join.members)]
    names = [name for name in dict.fromkeys(wanted) if name in built]
    answers = workers.at_once(
        [partial(members.read, registry, built[name], patience) for name in names], AT_ONCE
    )
    found: dict[str, Ready] = {}
    for name, answer in zip(names, answers, strict=True):
        if isinstance(answer, Found):
            found[name] = answer.value
        elif isinstance(answer, Refused):
            findings.refused.append(answer.why)
        else:
            reason = answer.reason if isinstance(answer, FetchFailed) else answer.what
            findings.unreadable.append(f"{name}: {reason}")
    return found


def _index(join: Join, ready: Mapping[str, Ready], findings: Findings) -> Index | None:
    """Return the index of a join; None if it has no image."""
    where = f"{join.repository}:{join.tags[0]}" if join.tags else join.repository
    there = [member for member in join.members if member.build in ready]
    if not there:
        findings.refused.append(f"{where}: none of its images is there; an index is never empty")
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
        document=writing.index(descriptors, join.annotations),
        parts=tuple(parts),
        steps=[Step(tag=tag, old="") for tag in join.tags],
    )


def push(
    registry: Registry,
    publication: Publication,
    report: Callable[[], None],
    progress: Progress = None,
) -> None:
    """Push the indexes by digest, then the tags, and read each tag again.

    `report` is called before the first push and after the tags of each index. Raises
    UpstreamError.
    """
    report()
    waiting = [index for index in publication.indexes if not index.is_there]
    try:
        for done, index in enumerate(waiting, 1):
            _must(_push_index(registry, index))
            if progress:
                progress(done, len(waiting))
        for index in waiting:
            _push_tags(registry, index)
            report()
    finally:
        report()
    _read_again(registry, publication, report)


def _push_index(registry: Registry, index: Index) -> Answer[str]:
    """Push the members of an index to its repository, then the index by its digest."""
    for part in index.parts:
        # The index names the image and its attestations, not the index that the build made.
        wanted = [part.descriptor, *part.attestations] if part.document.is_index else []
        documents = [registry.document(part.source, each.digest) for each in wanted]
        for document in documents or [Found(part.document)]:
            if not isinstance(document, Found):
                return document
            copied = copying.copy(registry, part.source, document.value, index.target)
            if not isinstance(copied, Found):
                return copied
    return registry.put(index.target, index.document.digest, index.document)


def _push_tags(registry: Registry, index: Index) -> None:
    for step in index.steps:
        if step.state == THERE:
            continue
        step.state = FAILED
        _must(registry.put(index.target, step.tag, index.document))
        step.state = PUSHED


def _must(answer: Answer[Any]) -> None:
    """Raise UpstreamError if something could not be pushed."""
    if not isinstance(answer, Found):
        reason = answer.reason if isinstance(answer, FetchFailed) else answer.what
        raise UpstreamError(
            f"{reason}\nthe other tags are as they were, or complete; run the same command again"
        )


def _read_again(registry: Registry, publication: Publication, report: Callable[[], None]) -> None:
    """Raise UpstreamError if a tag does not have the digest that it should have now."""
    pairs = [(index, step) for index in publication.indexes for step in index.steps]
    heads = workers.at_once(
        [partial(registry.head, index.target, step.tag) for index, step in pairs], AT_ONCE
    )
    wrong = []
    for (index, step), head in zip(pairs, heads, strict=True):
        if isinstance(head, Found) and head.value.digest == index.document.digest:
            continue
        step.state = FAILED
        if isinstance(head, Found):
            why = f"has {head.value.digest}, not {index.document.digest}: another run pushed it"
        else:
            why = head.what if isinstance(head, NotPublished) else head.reason
        wrong.append(f"{index.target}:{step.tag}: {why}")
    if wrong:
        report()
        raise UpstreamError("\n".join(wrong))
