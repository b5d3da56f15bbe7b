"""Artifacts that upstream has not published yet, or no longer publishes. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from tagmatrix.editing import Put, Remove
from tagmatrix.problems import shown
from tagmatrix.util.nearest import similar
from tagmatrix.util.wording import few, join_names
from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagmatrix.config import Release
    from tagmatrix.editing import Edit
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.web.answers import Answer

_MOST: Final = 5
"""How many names of a document a message shows."""


def finds_not_ours(ours: Mapping[str, Answer[str]], artifacts: Iterable[str]) -> bool:
    """Return whether upstream's description does not even find one of our version's files.

    Then the file of the newer version may be there, under another name: it is not late. A document
    that names other versions only says nothing about that.
    """
    return any(
        (isinstance(answer, NotPublished) and not answer.absent)
        or (isinstance(answer, FetchFailed) and not answer.unclaimed)
        for answer in map(ours.get, artifacts)
    )


def lacking(answer: NotPublished) -> str:
    """Return why something is not published, and what its document has in place of it.

    Names that are near the one that it lacks are first.
    """
    word = answer.what.partition(" ")[0]
    near = similar(word, answer.named, count=_MOST, cutoff=0)
    names = [shown(name) for name in dict.fromkeys((*near, *answer.named))]
    return f"{answer.what}; the document has {few(names, _MOST)}" if names else answer.what


def end_of_wait(newest: UpstreamRelease, missing: Iterable[str], needs: Needs) -> dt.date | None:
    """Return the day from which on an update no longer waits for missing artifacts.

    None if upstream names no date of the release, or no flavor waits.
    """
    days = [needs.artifacts[each].wait_days for each in missing]
    waits = [each for each in days if each is not None]
    return newest.day + dt.timedelta(days=max(waits)) if newest.day and waits else None


def reason_to_wait(
    newest: UpstreamRelease, missing: Sequence[str], needs: Needs, as_of: dt.date
) -> str:
    """Return why an update waits for missing artifacts; empty if it leaves them out now."""
    if all(needs.artifacts[each].wait_days is None for each in missing):
        return ""
    names = join_names(missing)
    end = end_of_wait(newest, missing, needs)
    if end is None:
        return (
            f"{newest.version} waits for {names}; upstream names no date of the release, "
            "so the update does not leave it out (`late: leave_out` does)"
        )
    if as_of >= end:
        return ""
    return (
        f"{newest.version} (of {newest.day}) waits for {names} until {end}; then the "
        "update leaves it out"
    )


def edits_without(release: Release, artifacts: Sequence[str], needs: Needs) -> Iterator[Edit]:
    """Yield the edits that drop artifacts from a release."""
    here = ("releases", release.cycle)
    every = release.artifacts or tuple(needs.artifacts)
    kept = [artifact for artifact in every if artifact not in artifacts]
    yield Put((*here, "artifacts"), kept, after=("version", "sha256"))
    for artifact in artifacts:
        if artifact in release.held_back:
            yield Remove((*here, "held_back", artifact), prune=True)


def news_of_ends(
    flavors: Mapping[str, Sequence[str]], ours: str, version: str, phase: str
) -> Iterator[str]:
    """Yield a sentence for each artifact that ends, with the flavors that need it."""
    for artifact, names in flavors.items():
        one = len(names) == 1
        ends = f"{'ends' if one else 'end'} with {ours}"
        if ours == version:
            ends = f"{'does' if one else 'do'} not come back"
        yield (
            f"upstream no longer publishes {artifact} in the {phase} phase; "
            f"{', '.join(names)} {ends}"
        )


def news_of_late(artifact: str, flavors: Sequence[str]) -> str:
    """Return a sentence on a late artifact, with the flavors that need it.

    >>> news_of_late("windows", ["windowsservercore", "nanoserver"])
    'windows is late: windowsservercore, nanoserver are left out until it is published'
    >>> news_of_late("linux/ppc64le", ["default"])
    'linux/ppc64le is late: default on ppc64le is left out until it is published'
    """
    architecture = artifact.partition("/")[2]
    where = f" on {architecture}" if architecture else ""
    are = "is" if len(flavors) == 1 else "are"
    return f"{artifact} is late: {', '.join(flavors)}{where} {are} left out until it is published"
