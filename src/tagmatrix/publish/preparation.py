"""Prepare a `Generation`: load, expand, render, compare, run the guard.

This module writes nothing. Writing begins when everything is rendered and valid.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.config import FILE
from tagmatrix.config.lookup import find_releases
from tagmatrix.errors import InputError
from tagmatrix.git import baseline
from tagmatrix.git.folders import look_up
from tagmatrix.layout import TOP, dockerfile_path, manifest_path
from tagmatrix.matrix import load
from tagmatrix.problems import Problem
from tagmatrix.publish import file_changes, independent_outputs, outputs
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.publish.generation import Generation
from tagmatrix.publish.outputs.inputs import Inputs
from tagmatrix.publish.pinned_outputs import PinnedOutputs, pin
from tagmatrix.render.dockerfiles import dockerfiles
from tagmatrix.render.reading import read_rendered
from tagmatrix.render.templates import Templates
from tagmatrix.util.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.guard import Verdict
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.publish.file_changes import FileChange, Survey
    from tagmatrix.publish.outputs.interface import Rendered

TEMPLATES = "templates"


def prepare(
    root: Path,
    *,
    cycles: Sequence[str] = (),
    target: Path | None = None,
    look_for_untracked: bool = False,
    base: str = "",
) -> Generation:
    """Decide which files have to change.

    Args:
        root: the folder with versions.yaml and templates/; commits are looked up in
            its repository.
        cycles: prepare only the Dockerfiles of these; empty for everything.
        target: the folder that holds library/, if it is not the root.
        look_for_untracked: whether to look for generated files that git does not track.
        base: the revision whose manifest the guard compares with; empty for HEAD.

    Raises ConfigError, InputError, render.TemplateError, git.GitError; GuardError
    if the manifest to compare with can't be read.
    """
    target = target or root
    config, matrix = load.load(root)
    releases = {each.cycle: each.folder for each in find_releases(config, cycles)}
    state = _render(root, target, config, matrix, releases)
    changed = state.compare(state.wanted, _prunable(matrix, releases, cycles))
    pinned = PinnedOutputs() if cycles else _pinned(state, changed)
    pinned_changes = _changes(state, pinned)
    independent, rendered = (
        ([], {})
        if cycles
        else independent_outputs.plan(target, state.inputs, elsewhere=target != root)
    )
    rendered |= pinned.rendered
    changes = (*changed, *independent, *pinned_changes)
    base = _commit_of(base, state.in_head) if base else ""
    verdict, unguarded = _guard(root, state, pinned, base)
    return Generation(
        inputs=state.inputs,
        wanted=state.wanted,
        dockerfiles=tuple(changed),
        independent=tuple(independent),
        pinned=pinned,
        pinned_changes=tuple(pinned_changes),
        rendered=rendered,
        untracked=_untracked(state, rendered, changes) if look_for_untracked else (),
        leftovers=state.survey.leftovers,
        warnings=tuple(_warnings(state, verdict, unguarded, rendered)),
        verdict=verdict,
        base=base,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The rendered files, and the state of the disk and of git."""

    target: Path
    inputs: Inputs
    wanted: dict[str, bytes]
    doubtful: tuple[str, ...]
    survey: Survey
    in_head: LibraryInHead
    keeps_modes: Callable[[], bool]

    def compare(
        self, wanted: Mapping[str, bytes], prunable: Callable[[str], bool]
    ) -> list[FileChange]:
        """Return what has to change on disk; see `file_changes.compare`."""
        return file_changes.compare(
            self.target, self.survey, wanted, prunable=prunable, modes=self.keeps_modes
        )


def _render(
    root: Path, target: Path, config: Config, matrix: Matrix, releases: Mapping[str, str]
) -> _State:
    """Render the Dockerfiles of some releases; read git and the disk at the same time."""
    images = [image for image in matrix.images if image.cycle in releases]
    folders = [f"{TOP}/{image.folder}" for image in images]
    with (
        Background(lambda: look_up(root, folders)) as git_state,
        Background(lambda: file_changes.survey(target, TOP)) as disk_state,
    ):
        templates = Templates(root / TEMPLATES)
        made = list(dockerfiles(templates, images))
        doubtful = read_rendered(templates, made)
        survey = disk_state.result()
        in_head = git_state.result()
    return _State(
        target=target,
        inputs=Inputs(config=config, matrix=matrix, templates=templates),
        wanted={dockerfile_path(image.folder): content for image, content in made},
        doubtful=doubtful,
        survey=survey,
        in_head=in_head,
        keeps_modes=functools.cache(functools.partial(_keeps_modes, in_head)),
    )


def _keeps_modes(in_head: LibraryInHead) -> bool:
    repository = in_head.repository
    return isinstance(repository, git.Repository) and git.keeps_modes(repository)


def _prunable(
    matrix: Matrix, releases: Mapping[str, str], cycles: Sequence[str]
) -> Callable[[str], bool]:
    """Return a function of a path: whether an unwanted file at this path may be deleted."""
    if not cycles:
        return lambda path: path.count("/") > 1
    folders = tuple(f"{TOP}/{folder}/" for folder in releases.values())
    # A cycle's folder may hold another's.
    every = {dockerfile_path(image.folder) for image in matrix.images}
    return lambda path: path.startswith(folders) and path not in every


def _pinned(state: _State, changed: Sequence[FileChange]) -> PinnedOutputs:
    """Decide what the outputs that name commits have to be."""
    present = file_changes.present(state.target, state.survey, outputs.paths(state.inputs.config))
    return pin(
        state.inputs,
        state.wanted,
        in_head=state.in_head,
        obsolete=[change.path for change in changed if change.action is FileAction.DELETE],
        present=present,
    )


def _changes(state: _State, pinned: PinnedOutputs) -> list[FileChange]:
    """Return the changes of the outputs that name commits; empty if they stay unchanged."""
    if not pinned.files:
        return []
    own = {output.path(state.inputs.config) for output in outputs.OUTPUTS}
    return state.compare(pinned.files, lambda path: path.count("/") == 1 and path not in own)


def _untracked(
    state: _State, rendered: Mapping[str, Rendered], changes: Sequence[FileChange]
) -> tuple[str, ...]:
    """Return the generated files that have the wanted content, but that git does not track."""
    repository = state.in_head.repository
    if isinstance(repository, git.Absence):
        return ()
    changing = {change.path for change in changes}
    whole = {each.path(state.inputs.config) for each in outputs.OUTPUTS if each.whole}
    every = [*state.wanted, *(path for path in rendered if path in whole)]
    folders = (TOP, *(path for path in every if not path.startswith(f"{TOP}/")))
    tracked = frozenset[str]().union(*(git.tracked_files(repository, path) for path in folders))
    return tuple(path for path in every if path not in changing and path not in tracked)


def _commit_of(rev: str, in_head: LibraryInHead) -> str:
    """Return the commit that a revision names now: a commit of this run may move the revision."""
    if isinstance(in_head.repository, git.Absence):
        raise InputError(f"--base {rev}: {in_head.repository.value}")
    return git.resolve(in_head.repository, rev)


def _guard(
    root: Path, state: _State, pinned: PinnedOutputs, base: str
) -> tuple[Verdict | None, str]:
    """Run the guard, unless the new manifest equals the committed one."""
    config, in_head = state.inputs.config, state.in_head
    manifest = manifest_path(config.image)
    new_manifest = pinned.files.get(manifest)
    repository = in_head.repository
    blob_decides = not base and not config.accept
    if blob_decides and new_manifest is not None and isinstance(repository, git.Repository):
        entry = in_head.tree.get(manifest)
        if entry and entry.object_id == git.blob_id(new_manifest, repository.object_format):
            return None, ""
    from tagmatrix import guard  # noqa: PLC0415 (most runs change nothing)

    before, warning = baseline.find(root, config.image, in_head, base, versions_file=FILE)
    if before is None:
        return guard.without_baseline(config), warning
    if before.manifest == new_manifest:
        return guard.nothing_moves(config), warning
    return guard.judge(config, state.inputs.matrix, before), warning


def _warnings(
    state: _State, verdict: Verdict | None, unguarded: str, rendered: Mapping[str, Rendered]
) -> list[str]:
    """Return a line for each thing that is odd in versions.yaml or in the result."""
    config = state.inputs.config
    odd = load.odd(config, state.inputs.matrix)
    if verdict is not None:
        odd += [Problem(path, text, config.place(path)) for path, text in verdict.unused]
    warnings = [*(problem.text(config.file) for problem in odd), *state.doubtful]
    if verdict is not None and verdict.warning:
        warnings.append(verdict.warning)
    if unguarded:
        warnings.append(unguarded)
    warnings += [f"{path}: {each.warning}" for path, each in rendered.items() if each.warning]
    return warnings
