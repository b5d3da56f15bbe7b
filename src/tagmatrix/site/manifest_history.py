"""The revisions of a manifest in git: each commit of the first parents that changed it."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.git import content
from tagmatrix.git.process import decode, run
from tagmatrix.manifest import ManifestError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.git.repository import Repository
    from tagmatrix.manifest import Manifest

_AT_ONCE: Final = 200
"""The number of revisions whose contents are in memory at once."""
_LAST: Final = 253_402_300_799
"""The end of the year 9999, in seconds: the last second that Python has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRevision:
    """A commit that changed the manifest.

    Attributes:
        commit: its id.
        when: the committer's date, in UTC.
        manifest: the manifest.
        catalog: the JSON that was committed with it, compressed by zlib; empty if there is none.
    """

    commit: str
    when: dt.datetime
    manifest: Manifest
    catalog: bytes = b""

    @property
    def stamp(self) -> str:
        """Return its date as feeds and JSON have it."""
        return self.when.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class ReadRevisions:
    """The revisions of a manifest, the oldest first, and the number of those not readable."""

    revisions: tuple[ManifestRevision, ...]
    unreadable: int


def revisions(repo: Repository, path: str, *, since: str = "", catalog: str = "") -> ReadRevisions:
    """Return the revisions of a manifest.

    Merged branches count as one commit, because users saw only the result. An old revision
    whose manifest can't be read is left out.

    Args:
        repo: the repository, with the folder that the paths are relative to.
        path: the manifest.
        since: the first revision to read; empty for all.
        catalog: the manifest's JSON, which tagmatrix wrote with it; empty if there is none.

    Raises:
        InputError: the clone is shallow, or HEAD does not have the manifest, or its newest
            revision can't be read, or `since` is not in the history of HEAD.
        GitError: there is no such revision.
    """
    if repo.shallow:
        raise InputError("the clone is shallow, so the history is not known: git fetch --unshallow")
    commits = list(_commits(repo, path, since))
    found: list[ManifestRevision] = []
    last: ManifestError | None = None
    unreadable = 0
    for at in range(0, len(commits), _AT_ONCE):
        for revision in _read(repo, (path, catalog), commits[at : at + _AT_ONCE]):
            last = revision if isinstance(revision, ManifestError) else None
            if isinstance(revision, ManifestRevision):
                found.append(revision)
            else:
                unreadable += 1
    if last is not None:
        raise InputError(f"{path}: the newest revision can't be read: {last}")
    if not found:
        raise InputError(f"{path}: no commit has this manifest; commit it first")
    if content.show(repo, repo.head or "", path) is None:
        raise InputError(f"{path}: HEAD does not have this manifest any more; commit it first")
    return ReadRevisions(tuple(found), unreadable)


def _commits(repo: Repository, path: str, since: str) -> Iterator[tuple[str, dt.datetime]]:
    """Yield id and date of each commit that changed the manifest, the oldest first."""
    if repo.head is None:
        return
    options = ["--first-parent", "--reverse", "--format=%H %ct", "-m", "--no-show-signature"]
    selected = [repo.head]
    if since:
        start = content.resolve(repo, since)
        if not content.includes(repo, repo.head, start):
            raise InputError(
                f"--since: {since!r} is not in the history of HEAD; name one of its commits"
            )
        selected.append(f"^{start}")
        listed = run(repo, "log", "--no-walk", "--format=%H %ct", start)
        yield from map(_commit, decode(listed).split("\n")[:1])
    listed = run(repo, "log", *options, *selected, "--", path)
    yield from map(_commit, filter(None, decode(listed).split("\n")))


def _commit(line: str) -> tuple[str, dt.datetime]:
    commit, _, seconds = line.partition(" ")
    # The date of a commit may be any number.
    return commit, dt.datetime.fromtimestamp(min(max(int(seconds), 0), _LAST), dt.UTC)


def _read(
    repo: Repository, paths: tuple[str, str], commits: list[tuple[str, dt.datetime]]
) -> Iterator[ManifestRevision | ManifestError]:
    manifests, catalogs = (_blobs(repo, path, commits) for path in paths)
    for (commit, when), found, beside in zip(commits, manifests, catalogs, strict=True):
        if found is None:
            continue
        try:
            manifest = parse(found, any_architecture=True)
        except ManifestError as error:
            yield error
        else:
            catalog = zlib.compress(beside, 1) if beside else b""
            yield ManifestRevision(commit=commit, when=when, manifest=manifest, catalog=catalog)


def _blobs(
    repo: Repository, path: str, commits: list[tuple[str, dt.datetime]]
) -> list[bytes | None]:
    """Return the content of a file in each commit that has it; of none if the path is empty."""
    if not path:
        return [None] * len(commits)
    names = [f"{commit}:{repo.full_path(path)}" for commit, _ in commits]
    found = content.objects(repo, names, content=True)
    return [each.content if each and each.type == "blob" else None for each in found]
