"""`generate --commit`: two commits, one with the Dockerfiles, one with the manifest.

The manifest names the commits of the Dockerfiles, so it can't be part of such a commit.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix import config, git
from tagmatrix.diff.summary import summary
from tagmatrix.errors import InputError, TagmatrixError
from tagmatrix.git import commits, file_status
from tagmatrix.git.folders import LibraryInHead
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.layout import TEMPLATES
from tagmatrix.publish import commit_message, in_head, outputs, pinned_outputs
from tagmatrix.publish.generation import apply
from tagmatrix.publish.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.publish.generation import Generation


class MadeCommit(NamedTuple):
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
    state, done = generation, list[MadeCommit]()
    if part != "manifest":
        repository = git.present(generation.repository)
        done += _commit_dockerfiles(repository, generation, note)
    if part != "dockerfiles":
        try:
            state, more = _commit_manifest(root, generation, note)
        except TagmatrixError:
            for each in done:
                note(f"committed {each.id[:12]} {each.subject}, but not the manifest")
            raise
        done += more
    pinned = {change.path: change for change in (*generation.pinned_changes, *state.pinned_changes)}
    # After the commit, no header names a file that was dropped from `files` and is kept.
    strangers = {each.path: each for each in (*state.strangers, *generation.strangers)}
    state = state._replace(
        strangers=tuple(sorted(strangers.values())),
        dockerfiles=generation.dockerfiles,
        independent=generation.independent,
        pinned_changes=tuple(pinned.values()),
        warnings=tuple(dict.fromkeys((*generation.overwritten, *state.warnings))),
    )
    return state, done


def uncommitted(generation: Generation, part: str, note: Callable[[str], None]) -> list[str]:
    """Return the files on disk that `commit`, with the same arguments, would commit as they are."""
    repository = git.present(generation.repository)
    independent = _independent(repository, generation, note)
    paths = list[str]()
    if part != "manifest":
        paths += _with_dockerfiles(repository, generation, independent)
    if part != "dockerfiles":
        paths += [
            *generation.pinned.files,
            *in_head.obsolete(repository, generation.config.layout),
            *independent,
        ]
    changing = {change.path for change in generation.changes}
    found = file_status.statuses(repository, paths).letters.items()
    return [path for path, state in found if state != file_status.IGNORED and path not in changing]


def _commit_dockerfiles(
    repository: git.Repository, generation: Generation, note: Callable[[str], None]
) -> list[MadeCommit]:
    independent = _independent(repository, generation, note)
    message = commit_message.message(
        summary(in_head.matrix(repository), snapshot_of_matrix(generation.matrix)),
        _subject_without_moves(repository, generation, independent),
        accepted=commit_message.acceptance_lines(generation.verdict),
    )
    paths = _with_dockerfiles(repository, generation, independent)
    return _commit(repository, paths, message, generation.run_bits)


def _with_dockerfiles(
    repository: git.Repository, generation: Generation, independent: Sequence[str]
) -> list[str]:
    """Return the paths in a commit of Dockerfiles."""
    layout = generation.config.layout
    library = LibraryInHead(repository, {}, layout)
    orphans = pinned_outputs.orphans(repository, library, generation.wanted)
    return [config.FILE, TEMPLATES, *generation.wanted, *orphans, *independent]


def _commit_manifest(
    root: Path, generation: Generation, note: Callable[[str], None]
) -> tuple[Generation, list[MadeCommit]]:
    after = prepare(root, base=generation.base)
    repository = git.present(after.repository)
    files, name = after.pinned.files, after.config.layout.manifest
    if not files:
        why = f": {after.pinned.kept}"
        if after.pinned.waiting:
            command = "tagmatrix generate --commit --only dockerfiles"
            why = f" until its folders are committed; run: {command}"
        raise InputError(f"{name} can't be written{why}")
    apply(root, after)
    independent = _independent(repository, after, note)
    committed = in_head.contents(repository, [*files])
    renewed = [path for path, before in zip(files, committed, strict=True) if files[path] != before]
    was = in_head.tags(repository, after.config)
    message = commit_message.message(
        summary(was.snapshot, snapshot_of_matrix(after.matrix, was)),
        f"Renew {_first_output(after, [*renewed, *independent])}",
        about=name,
        accepted=commit_message.acceptance_lines(after.verdict),
    )
    paths = [*files, *in_head.obsolete(repository, after.config.layout), *independent]
    return after, _commit(repository, paths, message)


def _commit(
    repository: git.Repository,
    paths: Sequence[str],
    message: str,
    run_bits: Mapping[str, bool] | None = None,
) -> list[MadeCommit]:
    made = commits.commit(repository.folder, paths, message, run_bits=run_bits)
    return [MadeCommit(made, message)] if made else []


def _subject_without_moves(
    repository: git.Repository, generation: Generation, independent: Sequence[str]
) -> str:
    """Return the subject of a commit of Dockerfiles that moves no tag.

    `independent` are the outputs in this commit. The subject names them only if nothing that
    they are made from is in it.
    """
    if count := len(generation.pinned.waiting):
        if _are_contents_in_head(repository, generation):
            return "Change the run bits of files"
        return commit_message.regenerated(count)
    if (repository.folder / config.FILE).read_bytes() != in_head.content(repository, config.FILE):
        return f"Change {config.FILE}"
    if independent and not git.run(repository, "status", "--porcelain", "--", TEMPLATES):
        return f"Renew {_first_output(generation, independent)}"
    return f"Change {TEMPLATES}"


def _are_contents_in_head(repository: git.Repository, generation: Generation) -> bool:
    """Return whether HEAD has the content of all Dockerfiles and of the files beside them."""
    tree = in_head.tree(repository, generation.config.layout)
    return all(
        path in tree and tree[path].object_id == git.blob_id(content, repository.object_format)
        for path, content in generation.wanted.items()
    )


def _first_output(generation: Generation, paths: Sequence[str]) -> str:
    """Return the name of the most important output among some paths: the manifest comes first."""
    name = generation.config.layout.manifest
    names = [
        output.renewed.format(manifest=name)
        for output in reversed(outputs.OUTPUTS)
        if output.path(generation.config) in paths
    ]
    return names[0] if names else name


def _independent(
    repository: git.Repository, generation: Generation, note: Callable[[str], None]
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
        committed = in_head.content(repository, path)
        with contextlib.suppress(InputError):  # the marks of the block in HEAD are wrong
            wanted = output.render(generation.inputs, committed)
            if wanted is None or wanted.content == committed:
                continue
            if output.whole or (repository.folder / path).read_bytes() == wanted.content:
                found.append(path)
                continue
        note(f"{path} has changes outside its generated block: commit it yourself")
    return found
