"""`generate --commit`: two commits, one with the Dockerfiles, one with the manifest.

The manifest names the commits of the Dockerfiles, so it can't be part of such a commit.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix import config, git, manifest
from tagmatrix.diff.snapshot import Snapshot
from tagmatrix.diff.summary import summary
from tagmatrix.errors import InputError, TagmatrixError
from tagmatrix.git import commits
from tagmatrix.guard.snapshots import Folders, snapshot_of_manifest, snapshot_of_matrix
from tagmatrix.header import is_generated
from tagmatrix.layout import TOP, manifest_path
from tagmatrix.matrix import expand
from tagmatrix.publish import commit_message, outputs, publication
from tagmatrix.publish.generation import apply
from tagmatrix.publish.preparation import TEMPLATES, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tagmatrix.publish.generation import Generation


@dataclass(frozen=True, slots=True)
class MadeCommit:
    """A new commit: its id and its message."""

    id: str
    message: str

    @property
    def subject(self) -> str:
        """Return the first line of the message."""
        return self.message.partition("\n")[0]


def commit(
    root: Path, generation: Generation, part: str, note: Callable[[str], None]
) -> tuple[Generation, list[MadeCommit]]:
    """Commit what `generation` has written.

    Args:
        root: the folder with versions.yaml.
        generation: the generation that was just applied.
        part: `dockerfiles`, `manifest` or `all`.
        note: shows a message to the user.

    Returns:
        The generation after the commits, and the commits.

    Raises:
        InputError: git refused the commit, or the manifest can't be written yet.
    """
    repository = git.locate(root)
    if isinstance(repository, git.Absence):
        raise InputError(f"cannot commit: {repository.value}")
    state, done = generation, list[MadeCommit]()
    if part != "manifest":
        done += _commit_dockerfiles(root, generation, repository, note)
    if part != "dockerfiles":
        try:
            state, more = _commit_manifest(root, generation, note)
        except TagmatrixError:
            for each in done:
                note(f"committed {each.id[:12]} {each.subject}, but not the manifest")
            raise
        done += more
    published = {change.path: change for change in (*generation.published, *state.published)}
    state = replace(
        state,
        dockerfiles=generation.dockerfiles,
        independent=generation.independent,
        published=tuple(published.values()),
    )
    return state, done


def _commit_dockerfiles(
    root: Path,
    generation: Generation,
    repository: git.Repository,
    note: Callable[[str], None],
) -> list[MadeCommit]:
    new = snapshot_of_matrix(generation.matrix)
    message = commit_message.message(
        summary(_committed_matrix(repository), new),
        _subject_without_moves(root, generation, repository),
        accepted=commit_message.accepted(generation.verdict),
    )
    tree = git.tree(repository, repository.head, TOP) if repository.head else {}
    orphans = publication.orphans(repository, tree, generation.wanted)
    paths = [config.FILE, TEMPLATES, *generation.wanted, *orphans]
    paths += _independent(root, generation, repository, note)
    made = commits.commit(root, paths, message)
    return [MadeCommit(made, message)] if made else []


def _subject_without_moves(root: Path, generation: Generation, repository: git.Repository) -> str:
    """Return the message of a commit that moves no tag."""
    found = generation.publication
    if count := len(found.waiting) if found else 0:
        return commit_message.regenerated(count)
    changed = _committed(repository, config.FILE) != (root / config.FILE).read_bytes()
    return f"Change {config.FILE}" if changed else f"Change {TEMPLATES}"


def _independent(
    root: Path,
    generation: Generation,
    repository: git.Repository | None,
    note: Callable[[str], None],
) -> list[str]:
    """Return the outputs that name no commits and differ from HEAD.

    A file with a generated block is among them only if no other part of it differs:
    other changes in it are the user's, and the user commits them.
    """
    found = []
    for output in outputs.OUTPUTS:
        if output.names_commits:
            continue
        path = output.path(generation.config)
        committed = _committed(repository, path)
        with contextlib.suppress(InputError):  # the marks of the block in HEAD are wrong
            wanted = output.render(generation.inputs, committed)
            if wanted is None or wanted.content == committed:
                continue
            if output.whole or (root / path).read_bytes() == wanted.content:
                found.append(path)
                continue
        note(f"{path} has changes outside its generated block: commit it yourself")
    return found


def _committed(repository: git.Repository | None, path: str) -> bytes | None:
    """Return the content of a file in HEAD; None if HEAD does not have it."""
    if repository is None or repository.head is None:
        return None
    return git.show(repository, repository.head, path)


def _commit_manifest(
    root: Path, generation: Generation, note: Callable[[str], None]
) -> tuple[Generation, list[MadeCommit]]:
    repository = git.discover(root)
    name = manifest_path(generation.config.image)
    old = _committed(repository, name)
    after = prepare(root, base=generation.base)
    found = after.publication
    if found is None or found.files is None:
        raise InputError(_why_unwritable(after))
    apply(root, after)
    independent = _independent(root, after, repository, note)
    message = commit_message.message(
        summary(_committed_manifest(after, old), snapshot_of_matrix(after.matrix)),
        f"Renew {_renewed(repository, after, name, independent)}",
        about=name,
        accepted=commit_message.accepted(after.verdict),
    )
    paths = [*outputs.paths(after.config), *_obsolete(root, repository), *independent]
    made = commits.commit(root, paths, message)
    return after, [MadeCommit(made, message)] if made else []


def _renewed(
    repository: git.Repository | None,
    generation: Generation,
    name: str,
    independent: Sequence[str],
) -> str:
    """Return the name of the output that a commit without moved tags renews."""
    files = (generation.publication and generation.publication.files) or {}
    for output in reversed(outputs.OUTPUTS):
        path = output.path(generation.config)
        old, new = _committed(repository, path), files.get(path)
        if old == new if output.names_commits else path not in independent:
            continue
        if path == name and not _differ_in_commits_alone(old, new):
            return name
        return output.renewed.format(manifest=name)
    return name


def _differ_in_commits_alone(old: bytes | None, new: bytes | None) -> bool:
    """Return whether two manifests differ only in the commits of their entries."""
    try:
        before, after = (manifest.parse(text or b"").entries for text in (old, new))
    except manifest.ManifestError:  # the old file may have any content
        return False
    unnamed = [replace(entry, git_commit="") for entry in before]
    return unnamed == [replace(entry, git_commit="") for entry in after]


def _why_unwritable(generation: Generation) -> str:
    found = generation.publication
    name = manifest_path(generation.config.image)
    if found is None or not found.waiting:
        return f"{name} can't be written: {found.kept if found else 'it was not rendered'}"
    return (
        f"{name} can't be written until its folders are committed; run: "
        "tagmatrix generate --commit --only dockerfiles"
    )


def _committed_matrix(repository: git.Repository) -> Snapshot:
    """Return the tags of versions.yaml in HEAD; no tags if it can't be read."""
    try:
        text = _committed(repository, config.FILE)
        matrix = expand.expand(config.parse(text or b""))
    except InputError:
        return Snapshot({})
    return snapshot_of_matrix(matrix)


def _obsolete(root: Path, repository: git.Repository | None) -> list[str]:
    """Return the generated files beside the manifest that HEAD has and the disk no longer has."""
    if repository is None or repository.head is None:
        return []
    return [
        path
        for path, entry in git.tree(repository, repository.head, TOP).items()
        if path.count("/") == 1
        and entry.type == "blob"
        and not (root / path).exists()
        and is_generated(git.show(repository, repository.head, path) or b"")
    ]


def _committed_manifest(generation: Generation, text: bytes | None) -> Snapshot:
    """Return the tags of the manifest in HEAD; no tags if it can't be read."""
    try:
        found = manifest.parse(text or b"")
    except manifest.ManifestError:
        return Snapshot({})
    return snapshot_of_manifest(found, Folders(generation.config))
