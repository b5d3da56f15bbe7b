"""The revisions of a manifest in git: each commit of the first parents that changed it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.git import content
from tagmatrix.git.process import decode, run
from tagmatrix.manifest import ManifestError, parse
from tagmatrix.site.page_data import ManifestRevision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.git.repository import Repository

_AT_ONCE = 200
"""The number of revisions whose contents are in memory at once."""


def revisions(repo: Repository, path: str, since: str = "") -> tuple[ManifestRevision, ...]:
    """Return the revisions of a manifest, the oldest first.

    Merged branches count as one commit, because users saw only the result. An old revision
    whose manifest can't be read is left out.

    Args:
        repo: the repository, with the folder that the path is relative to.
        path: the manifest.
        since: the first revision to read; empty for all.

    Raises:
        InputError: the clone is shallow, or no commit has the manifest, or its newest revision
            can't be read.
        GitError: there is no such revision.
    """
    if repo.shallow:
        raise InputError("the clone is shallow, so the history is not known: git fetch --unshallow")
    commits = list(_commits(repo, path, since))
    found: list[ManifestRevision] = []
    last: ManifestError | None = None
    for at in range(0, len(commits), _AT_ONCE):
        for revision in _read(repo, path, commits[at : at + _AT_ONCE]):
            last = revision if isinstance(revision, ManifestError) else None
            if isinstance(revision, ManifestRevision):
                found.append(revision)
    if last is not None:
        raise InputError(f"{path}: the newest revision can't be read: {last}")
    if not found:
        raise InputError(f"{path}: no commit has this manifest; commit it first")
    return tuple(found)


def _commits(repo: Repository, path: str, since: str) -> Iterator[tuple[str, dt.datetime]]:
    """Yield id and date of each commit that changed the manifest, the oldest first."""
    if repo.head is None:
        return
    options = ["--first-parent", "--reverse", "--format=%H %ct", "-m", "--no-show-signature"]
    selected = [repo.head]
    if since:
        start = content.resolve(repo, since)
        selected.append(f"^{start}")
        listed = run(repo, "log", "--no-walk", "--format=%H %ct", start)
        yield from map(_commit, decode(listed).split("\n")[:1])
    listed = run(repo, "log", *options, *selected, "--", path)
    yield from map(_commit, filter(None, decode(listed).split("\n")))


def _commit(line: str) -> tuple[str, dt.datetime]:
    commit, _, seconds = line.partition(" ")
    return commit, dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def _read(
    repo: Repository, path: str, commits: list[tuple[str, dt.datetime]]
) -> Iterator[ManifestRevision | ManifestError]:
    names = [f"{commit}:{repo.full_path(path)}" for commit, _ in commits]
    for (commit, when), found in zip(
        commits, content.objects(repo, names, content=True), strict=True
    ):
        if found is None or found.type != "blob":
            continue
        try:
            manifest = parse(found.content, any_architecture=True)
        except ManifestError as error:
            yield error
        else:
            yield ManifestRevision(commit=commit, when=when, manifest=manifest)
