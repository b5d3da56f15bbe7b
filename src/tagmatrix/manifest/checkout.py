"""The base images of a manifest's Dockerfiles, read from local git repositories.

A commit's id is a hash of its content, so any repository that has the commit will do,
whatever the name of the repository.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.dockerfile.from_lines import Bases, BasesReader
from tagmatrix.dockerfile.image_names import SCRATCH
from tagmatrix.errors import InputError
from tagmatrix.manifest.query import resolve
from tagmatrix.manifest.values import is_commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tagmatrix.manifest.model import Entry

_MAX_DOCKERFILE: Final = 1 << 20
_AT_ONCE: Final = 16 << 20
_IMPORTED: Final = Bases(last=SCRATCH, all=(SCRATCH,))

CommittedPath = tuple[str, str]
"""A commit and the path of a Dockerfile in it."""


class Checkouts:
    """Local git repositories.

    Args:
        folders: for each repository its work tree, a folder in it, or a bare repository.

    Raises:
        InputError: a folder is not a git repository.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._repositories = [_open(folder) for folder in folders]
        self._known: dict[CommittedPath, BasesReader | None] = {}

    def load(self, entries: Iterable[Entry]) -> None:
        """Read the Dockerfiles of many entries at once, so that `bases` need not call git.

        Raises:
            GitError: git fails.
        """
        places = (
            _committed_path(entry, architecture)
            for entry in entries
            for architecture in entry.architectures
        )
        self._load(dict.fromkeys(filter(None, places)))

    def bases(self, entry: Entry, architecture: str) -> Bases | None:
        """Return the bases of an entry, or None if no repository has its commit.

        Raises:
            GitError: git fails.
        """
        resolved = resolve(entry, architecture)
        if resolved.builder == "oci-import":  # it has no Dockerfile
            return _IMPORTED
        place = _committed_path(entry, architecture)
        if place is None:
            return None
        self._load([place])
        reader = self._known[place]
        return reader.bases(resolved.architecture) if reader else None

    def _load(self, places: Iterable[CommittedPath]) -> None:
        missing = [place for place in places if place not in self._known]
        for repository in self._repositories:
            found = _read(repository, missing)
            self._known |= found
            missing = [place for place in missing if place not in found]
        self._known |= dict.fromkeys(missing)


def _committed_path(entry: Entry, architecture: str) -> CommittedPath | None:
    """Return the place of the Dockerfile; None for a path or commit that is unsafe for git."""
    resolved = resolve(entry, architecture)
    path = resolved.path
    if path.startswith(("/", "../")) or "\n" in path or not is_commit(resolved.git_commit):
        return None
    return resolved.git_commit, path


def _open(folder: Path) -> git.Repository:
    found = git.locate(folder)
    if isinstance(found, git.Repository):
        return found
    if found is git.NoRepository.NO_WORK_TREE:
        return git.Repository(
            folder=folder, prefix="", head=None, shallow=False, object_format="sha1"
        )
    raise InputError(f"{folder}: {found.value}: give a clone of the images' sources")


def _read(
    repository: git.Repository, places: list[CommittedPath]
) -> dict[CommittedPath, BasesReader]:
    """Return readers of the Dockerfiles that a repository has, with a few calls of git."""
    if not places:
        return {}
    found = git.objects(
        repository, [f"{commit}:{path}" for commit, path in places], follow_symlinks=True
    )
    dockerfiles = {
        place: file
        for place, file in zip(places, found, strict=True)
        if file and file.type == "blob" and file.size <= _MAX_DOCKERFILE
    }
    readers: dict[str, BasesReader] = {}
    for ids in _portions(dict.fromkeys(dockerfiles.values())):
        for file in filter(None, git.objects(repository, ids, content=True)):
            readers[file.id] = BasesReader(file.content.decode("utf-8", "replace"))
    return {place: readers[file.id] for place, file in dockerfiles.items() if file.id in readers}


def _portions(files: Iterable[git.GitObject]) -> Iterator[list[str]]:
    """Yield the ids of files, in portions with a bounded number of bytes."""
    ids: list[str] = []
    total = 0
    for file in files:
        ids.append(file.id)
        total += file.size
        if total > _AT_ONCE:
            yield ids
            ids, total = [], 0
    if ids:
        yield ids
