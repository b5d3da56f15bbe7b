"""Images of a plan that were not built again: those that a tag has already, with the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.registry.joins import KEY
from tagmatrix.registry.members import Ready
from tagmatrix.registry.repositories import repository
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Document
    from tagmatrix.registry.joins import Join, Member, PlanJoins
    from tagmatrix.registry.publishing_problems import PublishingProblems
    from tagmatrix.web.answers import Answer


def reusable(
    registry: Registry, plan: PlanJoins, built: Collection[str], findings: PublishingProblems
) -> tuple[dict[str, Ready], set[str]]:
    """Return images that were not built, but that the tags of their index have, by their builds.

    An image counts if the key in its annotation is that of the plan. What can't be read is added
    to the findings, and its builds are returned: a tag must not lose an image because the
    registry did not answer.
    """
    found: dict[str, Ready] = {}
    unreadable: set[str] = set()
    for join in plan.joins:
        missing = {
            member.build: member
            for member in join.members
            if member.key and member.build not in built and member.build not in found
        }
        if missing:
            images, failed = _of_tags(registry, join, missing, findings)
            found |= images
            unreadable |= failed
    return found, unreadable - found.keys()


def _of_tags(
    registry: Registry, join: Join, missing: Mapping[str, Member], findings: PublishingProblems
) -> tuple[dict[str, Ready], set[str]]:
    """Return the images that the tags of a join have, and the builds whose image is unreadable."""
    found: dict[str, Ready] = {}
    failed: dict[str, str] = {}
    seen: set[str] = set()
    for document in _indexes(registry, join, findings):
        if document.digest in seen:
            continue
        seen.add(document.digest)
        for name, member in missing.items():
            if name in found:
                continue
            answer = _find(registry, join, document, member)
            if isinstance(answer, Found):
                found[name] = answer.value
            elif isinstance(answer, FetchFailed):
                failed[name] = answer.reason
        if len(found) == len(missing):
            break
    for name in found:
        failed.pop(name, None)  # another tag has it
    for name, reason in failed.items():
        advice = "try again; if the registry has lost this image, build it"
        findings.unreadable.append(f"{name}: {reason}; {advice}")
    return found, set(failed)


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


def _find(registry: Registry, join: Join, index: Document, member: Member) -> Answer[Ready]:
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
                return child
            return Found(
                Ready(
                    source=target,
                    document=child.value,
                    descriptor=descriptor,
                    attestations=index.attestations(descriptor.digest),
                )
            )
    return NotPublished(f"{target}@{index.digest} has no image of {member.build}")
