"""The end of life of an image, as an annotation that refers to it; nothing is deleted.

https://aka.ms/acr/lifecycle describes the annotation, which scanners of images read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.registry import new_manifests, referrers
from tagmatrix.web.answers import Found

if TYPE_CHECKING:
    import datetime as dt

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

TYPE: Final = "application/vnd.microsoft.artifact.lifecycle"
END: Final = "vnd.microsoft.artifact.lifecycle.end-of-life.date"


class Retired(Struct, frozen=True, kw_only=True):
    """What an end of life is attached to: whether it is new, and which other dates are there."""

    digest: str
    new: bool
    others: tuple[str, ...]


def retire(
    registry: Registry,
    repository: RegistryRepository,
    tag: str,
    end: dt.date,
    *,
    dry_run: bool = False,
) -> Answer[Retired]:
    """Attach an end of life to the image of a tag; with `dry_run` attach nothing."""
    head = registry.head(repository, tag)
    if not isinstance(head, Found):
        return head
    subject = head.value
    known = referrers.referrers(registry, repository, subject.digest)
    if not isinstance(known, Found):
        return known
    date = end.isoformat()
    dates = {
        each.annotations.get(END, "")
        for each in known.value.descriptors
        if each.artifact_type == TYPE
    }
    done = Retired(
        digest=subject.digest, new=date not in dates, others=tuple(sorted(dates - {date, ""}))
    )
    if dry_run or not done.new:
        return Found(done)
    attached = referrers.attach(
        registry, repository, new_manifests.artifact(TYPE, subject, {END: date})
    )
    if not isinstance(attached, Found):
        return attached
    return Found(done)
