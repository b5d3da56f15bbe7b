"""Give an image another tag, and remove a tag, without harm to other tags."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import GuardError, UpstreamError
from tagmatrix.guard.refusal import Wording
from tagmatrix.matrix.laws.publishing import stamped
from tagmatrix.registry import copying, tag_guard
from tagmatrix.registry.current_tags import state_of
from tagmatrix.registry.image_facts import facts
from tagmatrix.registry.joins import IMAGE
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.referrers import is_fallback_tag
from tagmatrix.util.wording import few
from tagmatrix.versions import version_tag
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, as_failure

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_facts import ImageFacts
    from tagmatrix.registry.image_manifests import Document
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

_FIXED: Final = (
    "`accept` cannot allow it, because users pin such tags: give the image the tag of its own "
    "version"
)


def tag(
    registry: Registry,
    source: RegistryRepository,
    document: Document,
    target: RegistryRepository,
    name: str,
    config: Config | None,
    *,
    dry_run: bool = False,
) -> Answer[str]:
    """Let a tag name an image, which may be in another repository; return the tag's old digest.

    With `dry_run` it judges only.
    Raises GuardError if users of the tag would lose something that versions.yaml does not accept.
    """
    judged = _judge(registry, source, document, target, name, config)
    if dry_run or not isinstance(judged, Found) or judged.value == document.digest:
        return judged
    copied = copying.copy(registry, source, document, target)
    if not isinstance(copied, Found):
        return as_failure(copied)
    pushed = registry.put(target, name, document)
    return judged if isinstance(pushed, Found) else as_failure(pushed)


def _judge(
    registry: Registry,
    source: RegistryRepository,
    document: Document,
    target: RegistryRepository,
    name: str,
    config: Config | None,
) -> Answer[str]:
    """Return the digest that a tag has, empty if it does not exist. Raises GuardError."""
    head = registry.head(target, name)
    if isinstance(head, FetchFailed):
        return head
    old = head.value.digest if isinstance(head, Found) else ""
    if old == document.digest:
        return Found(old)
    new = facts(registry, source, document.digest)
    if not isinstance(new, Found):
        return as_failure(new)
    _check(new.value, f"{source}@{document.digest}")
    if old and config is not None and stamped(config.publish.stamp)(name):
        raise GuardError(
            f"{target}:{name}: this stamped tag has {old} already, and never moves; choose another"
        )
    if old:
        before = facts(registry, target, old)
        if not isinstance(before, Found):
            return as_failure(before)
        was = state_of(before.value)
        exact = version_tag(was.version, "loose")
        fixed = bool(exact) and f"{name}-".startswith(f"{exact}-")
        harm = tag_guard.harm(name, was, state_of(new.value, lowest=True), fixed=fixed)
        wording = Wording(
            outcome=f"{target}:{name} was not moved; choose another image",
            accept="below `accept:` in versions.yaml",
            fixed=_FIXED,
        )
        text, _ = tag_guard.refused(list(harm), [name], config, wording)
        if text:
            raise GuardError(text)
        ours, others = _names(before.value), _names(new.value)
        if fixed and ours and others and not ours & others:
            raise GuardError(
                f"{target}:{name}: this fixed tag has the image {few(sorted(ours))}, and must not "
                f"get {few(sorted(others))}; choose another image of {was.version}"
            )
    return Found(old)


def _names(found: ImageFacts) -> set[str]:
    """Return the cycle and variant of images, where they are known."""
    return {name for part in found.parts if (name := part.annotations.get(IMAGE, ""))}


def _check(found: ImageFacts, what: str) -> None:
    """Raise GuardError for an index that no tag should name: empty, or a platform twice."""
    if not found.parts:
        raise GuardError(f"{what}: it has no image; tagmatrix tags no empty index")
    counts = Counter((part.architecture, part.platform.os_version) for part in found.parts)
    for (word, version), count in counts.items():
        if count > 1:
            name = f"{word} {version}".rstrip()
            raise GuardError(f"{what}: it has {count} images for {name}; clients take any of them")


def untag(registry: Registry, repository: RegistryRepository, name: str) -> Answer[None]:
    """Remove a tag; the image stays.

    Where a registry removes digests only, the digest is removed if no other tag has it and no
    index of another tag. Raises GuardError if one has, or if the registry removes nothing.
    """
    head = registry.head(repository, name)
    if not isinstance(head, Found):
        return head
    removed = registry.delete(repository, name)
    if not isinstance(removed, FetchFailed) or not removed.permanent:
        return removed
    digest = head.value.digest
    users = _users(registry, repository, digest, name)
    if users:
        raise GuardError(
            f"{repository}:{name}: the registry removes no tags, only digests with all their "
            f"tags, and {few(users)} also {'have' if len(users) > 1 else 'has'} {digest}"
        )
    gone = registry.delete(repository, digest)
    if isinstance(gone, FetchFailed) and gone.permanent:
        raise GuardError(f"{repository}:{name}: the registry removes nothing: {removed.reason}")
    return gone


def _users(registry: Registry, repository: RegistryRepository, digest: str, name: str) -> list[str]:
    """Return the other tags that have a digest, or an index with it. Raises UpstreamError."""
    listed = registry.tags(repository)
    if not isinstance(listed, Found):
        raise UpstreamError(listed.reason)
    if name not in listed.value:  # it was there a moment ago: the list lacks others too
        raise UpstreamError(f"{repository}: the list of tags lacks {name}, so nothing is removed")
    others = [each for each in listed.value if each != name]
    uses = for_each(partial(_uses, registry, repository, digest), others)
    return [each for each, used in uses.items() if used]


def _uses(registry: Registry, repository: RegistryRepository, digest: str, name: str) -> bool:
    head = registry.head(repository, name)
    if isinstance(head, NotPublished):
        return False
    if isinstance(head, FetchFailed):
        raise UpstreamError(head.reason)
    if head.value.digest == digest:
        return True
    if is_fallback_tag(name):
        return False
    document = registry.document(repository, head.value.digest)
    if not isinstance(document, Found):
        raise UpstreamError(document.reason)
    return any(member.digest == digest for member in document.value.members)
