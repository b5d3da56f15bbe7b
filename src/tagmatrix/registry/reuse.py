"""Images of a plan that were not built again: those that a tag has already, with the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.registry.image_manifests import ATTESTED
from tagmatrix.registry.joins import KEY
from tagmatrix.registry.members import Ready
from tagmatrix.registry.repositories import repository
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Document
    from tagmatrix.registry.joins import Join, Member, PlanJoins
    from tagmatrix.registry.publishing_problems import PublishingProblems


def reusable(
    registry: Registry, plan: PlanJoins, built: Collection[str], findings: PublishingProblems
) -> dict[str, Ready]:
    """Return images that were not built, but that the tags of their index have, by their builds.

    An image counts if the key in its annotation is that of the plan. What can't be read is added
    to the findings.
    """
    found: dict[str, Ready] = {}
    for join in plan.joins:
        missing = {
            member.build: member
            for member in join.members
            if member.key and member.build not in built and member.build not in found
        }
        if missing:
            found |= _of_tags(registry, join, missing, findings)
    return found


def _of_tags(
    registry: Registry, join: Join, missing: Mapping[str, Member], findings: PublishingProblems
) -> dict[str, Ready]:
    """Return the images that the tags of a join have."""
    found: dict[str, Ready] = {}
    seen: set[str] = set()
    for document in _indexes(registry, join, findings):
        if document.digest in seen:
            continue
        seen.add(document.digest)
        for name, member in missing.items():
            if name not in found and (ready := _find(registry, join, document, member)):
                found[name] = ready
        if len(found) == len(missing):
            break
    return found


def _indexes(registry: Registry, join: Join, findings: PublishingProblems) -> Iterator[Document]:
    """Yield the indexes of the tags that exist."""
    target = repository(join.repository)
    for tag in join.tags:
        head = registry.head(target, tag)
        answer = registry.document(target, head.value.digest) if isinstance(head, Found) else head
        if isinstance(answer, FetchFailed):
            findings.unreadable.append(f"{target}:{tag}: {answer.reason}")
        elif isinstance(answer, Found):
            yield answer.value


def _find(registry: Registry, join: Join, index: Document, member: Member) -> Ready | None:
    """Return the image of an index that a build with the same key made."""
    target = repository(join.repository)
    for descriptor in index.images:
        platform = descriptor.platform
        if (
            descriptor.annotations.get(KEY) == member.key
            and platform is not None
            and platform.word == member.architecture
        ):
            child = registry.document(target, descriptor.digest)
            if not isinstance(child, Found):
                return None
            attestations = tuple(
                each
                for each in index.members
                if each.is_attestation and each.annotations.get(ATTESTED) == descriptor.digest
            )
            return Ready(
                source=target,
                document=child.value,
                descriptor=descriptor,
                attestations=attestations,
            )
    return None
