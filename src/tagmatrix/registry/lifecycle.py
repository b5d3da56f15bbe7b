"""The end of life of an image, as an annotation that refers to it; nothing is deleted.

https://aka.ms/acr/lifecycle describes the annotation, which scanners of images read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.registry import new_manifests, referrers
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    import datetime as dt

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

TYPE: Final = "application/vnd.microsoft.artifact.lifecycle"
END: Final = "vnd.microsoft.artifact.lifecycle.end-of-life.date"


def retire(
    registry: Registry,
    repository: RegistryRepository,
    tag: str,
    end: dt.date,
    *,
    dry_run: bool = False,
) -> Answer[tuple[str, bool]]:
    """Attach an end of life to the image of a tag; return its digest, and whether it is new.

    With `dry_run` it attaches nothing.
    """
    head = registry.head(repository, tag)
    if not isinstance(head, Found):
        return head
    subject = head.value
    known = referrers.referrers(registry, repository, subject.digest)
    if not isinstance(known, Found):
        return known
    date = end.isoformat()
    for each in known.value.descriptors:
        if each.artifact_type == TYPE and each.annotations.get(END) == date:
            return Found((subject.digest, False))
    if dry_run:
        return Found((subject.digest, True))
    attached = referrers.attach(
        registry, repository, new_manifests.artifact(TYPE, subject, {END: date})
    )
    if not isinstance(attached, Found):
        return attached
    return Found((subject.digest, True))
