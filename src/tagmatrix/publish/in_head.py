"""What HEAD has, which a commit changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import config, git
from tagmatrix.diff.snapshot import Snapshot
from tagmatrix.errors import InputError
from tagmatrix.git import baseline
from tagmatrix.git.folders import LibraryInHead, tree_of
from tagmatrix.guard.committed_tags import CommittedTags, committed_tags
from tagmatrix.guard.known_folders import Folders
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.layout import TOP, folder_of
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.matrix import expand
from tagmatrix.publish import pinned_outputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.layout import Layout


def content(repository: git.Repository, path: str) -> bytes | None:
    """Return the content of a file in HEAD; None if HEAD does not have it."""
    return contents(repository, [path])[0]


def contents(repository: git.Repository, paths: Sequence[str]) -> list[bytes | None]:
    """Return the contents of files in HEAD, with one call of git."""
    if not repository.head:
        return [None] * len(paths)
    return git.show_all(repository, repository.head, paths)


def tree(repository: git.Repository, layout: Layout) -> dict[str, git.TreeEntry]:
    """Return what HEAD has where the layout has files; empty before the first commit."""
    return tree_of(repository, repository.head, layout) if repository.head else {}


def matrix(repository: git.Repository) -> Snapshot:
    """Return the tags of versions.yaml in HEAD; no tags if it can't be read."""
    try:
        text = content(repository, config.FILE)
        return snapshot_of_matrix(expand.expand(config.parse(text or b"")))
    except InputError:
        return Snapshot({})


def tags(repository: git.Repository, wanted: Config) -> CommittedTags:
    """Return the tags of the manifest in HEAD, also under an old name; no tags if invalid."""
    library = LibraryInHead(repository, {}, wanted.layout)
    before, _ = baseline.find(repository.folder, wanted.layout, library)
    if before is None:
        return CommittedTags(Snapshot({}))
    try:
        manifest = parse_manifest(before.manifest)
    except ManifestError:
        return CommittedTags(Snapshot({}))
    return committed_tags(manifest, before.catalog, before.path, Folders(wanted))


def obsolete(repository: git.Repository, layout: Layout) -> list[str]:
    """Return the generated files beside the manifest that HEAD has and the disk no longer has."""
    return [
        path
        for path, entry in tree(repository, layout).items()
        if folder_of(path) in {TOP, folder_of(layout.manifest)}
        and entry.type == "blob"
        and pinned_outputs.is_gone(repository, path)
    ]
