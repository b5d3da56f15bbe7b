"""Old images in the staging repository: which ones, and why some of them stay.

Registries list tags, not digests; some list digests with the times of their pushes as an
extension (`manifest` beside `tags`, as Google's do). Elsewhere only images with a tag are found.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from tagmatrix import references
from tagmatrix.registry import pagination
from tagmatrix.registry.image_facts import REVISION
from tagmatrix.registry.joins import TEMPORARY
from tagmatrix.registry.listing import detail
from tagmatrix.registry.manifest_reader import json_object
from tagmatrix.registry.parallel import for_each
from tagmatrix.registry.referrers import is_fallback_tag
from tagmatrix.util.dates import parse_date
from tagmatrix.web.answers import FetchFailed, Found, UnreadableError, as_failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.listing import Detail
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.web.answers import Answer

_digests: Final = re.compile(r"sha256:[0-9a-f]{64}").findall
_words: Final = re.compile(r'"([A-Za-z0-9_.-]{1,128})"').findall
_commits: Final = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])").findall
_OK: Final = 200
_ABSENT: Final = 404


@dataclass(frozen=True, slots=True)
class Named:
    """What plans name: digests, commits and ids of builds that may not be published yet."""

    digests: frozenset[str] = frozenset()
    commits: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Old:
    """An image that is old enough to be deleted, with its date; `kept` is why it stays."""

    digest: str
    date: dt.date
    kept: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryListing:
    """What a repository lists: digests, with the date of the push where that is known.

    `tags` are those of each digest. `complete` says whether digests without a tag are listed too.
    """

    digests: Mapping[str, dt.date | None]
    complete: bool
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)


def named(texts: Iterable[str]) -> Named:
    """Return what the texts of plans, and of what builds left, name."""
    digests: set[str] = set()
    commits: set[str] = set()
    words: set[str] = set()
    for text in texts:
        digests.update(_digests(text))
        commits.update(_commits(text))
        words.update(_words(text))
    return Named(frozenset(digests), frozenset(commits), frozenset(words))


def listed(registry: Registry, repository: RegistryRepository) -> Answer[RepositoryListing]:
    """Return what a repository lists; nothing if it is not there."""
    dates: dict[str, dt.date | None] = {}
    tags: list[str] = []
    of: dict[str, list[str]] = {}
    complete = False
    first = registry.session.url(repository, "tags/list")
    for page in pagination.pages(registry.session, repository, first):
        if isinstance(page, FetchFailed):
            return page
        if page.status == _ABSENT:
            break
        if page.status != _OK:
            return registry.session.failed(str(repository), page)
        try:
            value = json_object(page.content)
            complete |= "manifest" in value
            manifests = value.get("manifest") or {}
            uploads = _uploads(manifests)
            dates.update(uploads)
            of.update({digest: list(manifests[digest].get("tag") or []) for digest in uploads})
            tags += [tag for tag in value["tags"] or [] if references.is_tag(tag)]
        except (UnreadableError, LookupError, TypeError, ValueError, AttributeError, OverflowError):
            return FetchFailed(f"{repository}: the list of tags can't be read")
    wanted = [] if complete else [tag for tag in tags if not is_fallback_tag(tag)]
    for tag, head in for_each(partial(registry.head, repository), wanted).items():
        if isinstance(head, FetchFailed):
            return head
        if isinstance(head, Found):
            dates.setdefault(head.value.digest, None)
            of.setdefault(head.value.digest, []).append(tag)
    return Found(RepositoryListing(dates, complete=complete, tags=of))


def old(
    registry: Registry,
    repository: RegistryRepository,
    what: RepositoryListing,
    before: dt.date,
    keep: Named,
) -> Answer[list[Old]]:
    """Return the images of a repository that are older than a date.

    The date of the push counts, or else the date in the image. One without a date stays.
    """
    answers = for_each(partial(detail, registry, repository), what.digests)
    details: list[Detail] = []
    found: list[Old] = []
    for digest, answer in answers.items():
        if not isinstance(answer, Found):
            return as_failure(answer)
        details.append(answer.value)
        date = what.digests[digest] or _created(answer.value)
        if date is not None and date < before:
            needed = _needed(answer.value, what.tags.get(digest, ()), keep)
            found.append(Old(digest, date, needed))
    return Found(_with_parents(found, details))


def _with_parents(found: list[Old], details: Iterable[Detail]) -> list[Old]:
    """Keep the images of indexes that stay."""
    going = {one.digest for one in found if not one.kept}
    needed: set[str] = set()
    for one in details:
        if one.digest not in going:
            needed.update(image.digest for image in one.images)
    return [
        Old(one.digest, one.date, one.kept or ("an index has it" if one.digest in needed else ""))
        for one in found
    ]


def _needed(image: Detail, tags: Iterable[str], keep: Named) -> str:
    """Return why an image stays; empty if no plan names it.

    Engines that set no labels push the tag of a build.
    """
    names = {image.digest, *(each.digest for each in image.images)}
    if names & keep.digests:
        return "a plan names it"
    revisions = {each.labels.get(REVISION, "") for each in image.images}
    if any(tag.removeprefix(TEMPORARY) in keep.words for tag in tags if tag.startswith(TEMPORARY)):
        return "a plan names its build"
    return "a plan names its commit" if revisions & keep.commits else ""


def _created(image: Detail) -> dt.date | None:
    """Return the date in an image; None if it has none."""
    dates = [each.created[:10] for each in image.images if each.created]
    try:
        return parse_date(max(dates)) if dates else None
    except ValueError:
        return None


def _uploads(manifests: Mapping[str, Mapping[str, str]]) -> dict[str, dt.date]:
    """Return the date of the push of each digest, as Google's registries list it."""
    return {
        digest: dt.datetime.fromtimestamp(int(one["timeUploadedMs"]) / 1000, dt.UTC).date()
        for digest, one in manifests.items()
        if references.is_digest(digest)
    }
