"""Prepare a `Generation`: load, expand, render, compare, run the guard.

This module writes nothing. Writing begins when everything is rendered and valid.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.config import FILE
from tagmatrix.config.known_cycles import find_releases
from tagmatrix.errors import InputError
from tagmatrix.git import baseline
from tagmatrix.layout import TOP, folder_of, inside
from tagmatrix.matrix import load
from tagmatrix.problems import Problem
from tagmatrix.publish import independent_outputs, other_refs, outputs
from tagmatrix.publish.disk_state import (
    refuse_conversions,
    render,
    seen_by_git,
)
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.publish.generation import Generation
from tagmatrix.publish.overwriting import overwritten
from tagmatrix.publish.pinned_outputs import PinnedOutputs, pin
from tagmatrix.publish.root_context import copied_in_root
from tagmatrix.publish.strangers import Strangers
from tagmatrix.publish.survey import present
from tagmatrix.publish.untracked import find_untracked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.guard import Verdict
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.publish.disk_state import State
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.outputs.interface import Rendered
    from tagmatrix.publish.strangers import Stranger


def prepare(
    root: Path,
    *,
    cycles: Sequence[str] = (),
    target: Path | None = None,
    checking: bool = False,
    base: str = "",
) -> Generation:
    """Decide which files have to change.

    Args:
        root: the folder with versions.yaml and templates/; commits are looked up in
            its repository.
        cycles: prepare only the Dockerfiles of these; empty for everything.
        target: the folder that holds library/, if it is not the root.
        checking: whether the run only compares: it looks for generated files that git does not
            track, and ignores changes that git does not see.
        base: the revision whose manifest the guard compares with; empty for HEAD.

    Raises ConfigError, InputError, render.TemplateError, git.GitError; GuardError
    if the manifest to compare with can't be read.
    """
    target = target or root
    loaded = load.load_all(root)
    config, matrix = loaded.config, loaded.matrix
    releases = {each.cycle: each.folder for each in find_releases(config, cycles)}
    state = render(root, target, loaded, releases)
    visible = functools.partial(seen_by_git, state) if checking and target == root else list
    changed = visible(state.compare(state.wanted, _prunable(config, matrix, releases, cycles)))
    lost = overwritten(state, changed)
    refuse_conversions(state)
    elsewhere = () if cycles else _elsewhere(state, compare=checking)
    pinned = PinnedOutputs() if cycles else _pinned(state, changed)
    pinned_changes = visible(_changes(state, pinned))
    independent, rendered = (
        ([], {})
        if cycles
        else independent_outputs.plan(target, state.inputs, elsewhere=target != root)
    )
    independent = visible(independent)
    rendered |= pinned.rendered
    changes = (*changed, *independent, *pinned_changes)
    base = _commit_of(base, state.in_head) if base else ""
    verdict, unguarded = _guard(root, state, pinned, base)
    untracked, ignored = find_untracked(state, rendered, changes) if checking else ((), ())
    return Generation(
        repository=state.in_head.repository,
        inputs=state.inputs,
        wanted=state.wanted,
        run_bits=state.run_bits,
        dockerfiles=tuple(changed),
        independent=tuple(independent),
        pinned=pinned,
        pinned_changes=tuple(pinned_changes),
        rendered=rendered,
        untracked=untracked,
        ignored=ignored,
        strangers=_strangers(state, changed, releases) if target == root else (),
        elsewhere=elsewhere,
        leftovers=state.survey.leftovers,
        warnings=(*_warnings(state, loaded.odd, verdict, unguarded, rendered), *lost),
        overwritten=lost,
        verdict=verdict,
        base=base,
    )


def _elsewhere(state: State, *, compare: bool) -> tuple[FileChange, ...]:
    """Check the files of images on other branches and tags; return the differences, if compared."""
    config, matrix = state.inputs.config, state.inputs.matrix
    repository = state.in_head.repository
    images = [image for image in matrix.images if image.ref]
    if isinstance(repository, git.NoRepository) or repository.shallow or not images:
        return ()  # nothing is known of them
    other_refs.check(repository, config, images)
    if not compare:
        return ()
    return other_refs.differences(repository, state.inputs.templates, config, images)


def _prunable(
    config: Config, matrix: Matrix, releases: Mapping[str, str], cycles: Sequence[str]
) -> Callable[[str], bool]:
    """Return a function of a path: whether an unwanted file at this path may be deleted."""
    if not cycles:
        return config.layout.is_of_an_image
    own = filter(None, map(config.layout.of_cycle, releases.values()))
    folders = tuple(f"{folder}/" for folder in own)
    # A cycle's folder may hold another's.
    every = {image.dockerfile_path for image in matrix.own}
    every |= {inside(image.directory, file.name) for image in matrix.own for file in image.files}
    return lambda path: path.startswith(folders) and path not in every


def _strangers(
    state: State, changed: Sequence[FileChange], releases: Mapping[str, str]
) -> tuple[Stranger, ...]:
    """Return the files below the folders of images that tagmatrix did not write."""
    matrix = state.inputs.matrix
    return Strangers(
        root=state.target,
        survey=state.survey,
        in_head=state.in_head,
        folders=frozenset(image.directory for image in matrix.own),
        elsewhere=frozenset[str]().union(*matrix.elsewhere.values()),
        selected=frozenset(image.directory for image in matrix.own if image.cycle in releases),
        own=state.wanted.keys() | {each.path for each in changed},
        whole=len(releases) == len(state.inputs.config.releases),
        is_copied=copied_in_root(state.target, matrix.own, state.wanted),
    ).find()


def _pinned(state: State, changed: Sequence[FileChange]) -> PinnedOutputs:
    """Decide what the outputs that name commits have to be."""
    paths = outputs.paths(state.inputs.config)
    return pin(
        state.inputs,
        state.wanted,
        run_bits=state.run_bits,
        in_head=state.in_head,
        obsolete=[change.path for change in changed if change.action is FileAction.DELETE],
        present=present(state.target, state.survey, paths),
    )


def _changes(state: State, pinned: PinnedOutputs) -> list[FileChange]:
    """Return the changes of the outputs that name commits; empty if they stay unchanged."""
    if not pinned.files:
        return []
    layout = state.inputs.config.layout
    own = {output.path(state.inputs.config) for output in outputs.OUTPUTS}
    beside = {TOP, folder_of(layout.manifest)}

    def is_old(path: str) -> bool:
        return folder_of(path) in beside and path not in own and not layout.is_of_an_image(path)

    return state.compare(pinned.files, is_old)


def _commit_of(rev: str, in_head: LibraryInHead) -> str:
    """Return the commit that a revision names now: a commit of this run may move the revision."""
    if isinstance(in_head.repository, git.NoRepository):
        raise InputError(f"--base {rev}: {in_head.repository.value}")
    return git.resolve(in_head.repository, rev)


def _guard(
    root: Path, state: State, pinned: PinnedOutputs, base: str
) -> tuple[Verdict | None, str]:
    """Run the guard, unless the new manifest equals the committed one."""
    config, in_head = state.inputs.config, state.in_head
    manifest = config.layout.manifest
    new_manifest = pinned.files.get(manifest)
    repository = in_head.repository
    blob_decides = not base and not config.accept
    if blob_decides and new_manifest is not None and isinstance(repository, git.Repository):
        entry = in_head.tree.get(manifest)
        if entry and entry.object_id == git.blob_id(new_manifest, repository.object_format):
            return None, ""
    from tagmatrix import guard  # noqa: PLC0415 (most runs change nothing)

    before, warning = baseline.find(root, config.layout, in_head, base, versions_file=FILE)
    if before is None:
        return guard.without_baseline(config), warning
    if before.manifest == new_manifest:
        return guard.nothing_moves(config), warning
    return guard.judge(config, state.inputs.matrix, before), warning


def _warnings(
    state: State,
    odd: Sequence[Problem],
    verdict: Verdict | None,
    unguarded: str,
    rendered: Mapping[str, Rendered],
) -> list[str]:
    """Return a line for each thing that is odd in versions.yaml or in the result."""
    config = state.inputs.config
    if verdict is not None:
        odd = [*odd, *(Problem(path, text, config.place(path)) for path, text in verdict.unused)]
    warnings = [*(problem.text(config.file) for problem in odd), *state.doubtful]
    if verdict is not None and verdict.warning:
        warnings.append(verdict.warning)
    if unguarded:
        warnings.append(unguarded)
    warnings += [f"{path}: {each.warning}" for path, each in rendered.items() if each.warning]
    return warnings
