"""The tags of a repository that no image has: fixed tags of the past, and all others."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.tag_dates import split_date
from tagmatrix.matrix.laws.publishing import stamped
from tagmatrix.platforms import PLATFORMS
from tagmatrix.registry.check import UNREADABLE, Checked, TagState
from tagmatrix.registry.image_facts import facts
from tagmatrix.registry.joins import IMAGE, TEMPORARY
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.referrers import is_fallback_tag
from tagmatrix.versions import parse, version_in
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_facts import Part
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.registry.wanted import Wanted

EXTRA: Final = "extra"
KEPT: Final = "kept"
_of_build: Final = re.compile(f"{TEMPORARY}.+-(?:{'|'.join(PLATFORMS)})").fullmatch


def without_owner(
    registry: Registry,
    repository: RegistryRepository,
    tags: Iterable[str],
    owned: Collection[Wanted],
    stamp: str | None = None,
) -> list[Checked]:
    """Return the tags of a repository that no image has.

    A fixed tag of an earlier version, or of an image that versions.yaml no longer has, is kept,
    not extra. Tags that list referrers, stamped tags and tags of builds are left out.

    Args:
        registry: asks.
        repository: the repository.
        tags: all its tags.
        owned: the tags that it should have.
        stamp: the pattern of stamped tags, of any version.
    """
    tags_of_images = {each.tag for each in owned}
    is_stamped = stamped(stamp)
    found = [
        tag
        for tag in tags
        if tag not in tags_of_images
        and not is_fallback_tag(tag)
        and _of_build(tag) is None
        and not is_stamped(tag)
    ]
    images = {image for each in owned for some in each.images.values() for image in some}
    versions, names = {image.version for image in images}, {image.name for image in images}
    states = for_each(partial(_state, registry, repository, versions, names), found)
    return [
        Checked(repository=repository, tag=tag, digest=digest, states=(state,))
        for tag, (digest, state) in states.items()
    ]


def _state(
    registry: Registry,
    repository: RegistryRepository,
    versions: Collection[str],
    names: Collection[str],
    tag: str,
) -> tuple[str, TagState]:
    """Return the digest of a tag, and whether it is extra or kept."""
    head = registry.head(repository, tag)
    if isinstance(head, NotPublished):  # deleted meanwhile, or listed all the same
        return "", TagState(EXTRA)
    if isinstance(head, FetchFailed):
        return "", TagState(UNREADABLE, detail=head.reason)
    answer = facts(registry, repository, head.value.digest)
    if not isinstance(answer, Found):
        return head.value.digest, TagState(UNREADABLE, detail=answer.reason)
    kept = any(_is_kept(tag, part, versions, names) for part in answer.value.parts)
    return head.value.digest, TagState(KEPT if kept else EXTRA)


def _is_kept(tag: str, part: Part, versions: Collection[str], names: Collection[str]) -> bool:
    """Return whether a tag is a fixed tag of its image, and versions.yaml has no such image now.

    The tag of an earlier build, such as 25.0.4_7, or of its date is fixed too.
    """
    version = parse(part.version, "loose") if part.version else None
    if version is None:
        return False
    named = version_in(tag, "loose")
    if split_date(tag) or (
        named and named.names(version) and len(named.after) > len(version.after)
    ):
        return True
    if not (tag == version.tag or tag.startswith(f"{version.tag}-")):
        return False
    name = part.annotations.get(IMAGE, "")
    return version.tag not in versions or (bool(name) and name not in names)
