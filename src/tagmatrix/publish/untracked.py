"""The files that a commit should have and that git does not track: a clone would lack them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.git.file_status import IGNORED, UNTRACKED, Statuses, statuses
from tagmatrix.layout import ROOT, TEMPLATES
from tagmatrix.publish import outputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.publish.disk_state import State
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.outputs.interface import Rendered
    from tagmatrix.render.templates import Templates


def find_untracked(
    state: State, rendered: Mapping[str, Rendered], changes: Sequence[FileChange]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths that git does not track, and those that it ignores.

    They are generated files that have the wanted content, and sources: templates, and what `files`
    of versions.yaml names.
    """
    repository = state.in_head.repository
    if isinstance(repository, git.NoRepository):
        return (), ()
    generated = _generated(repository, state, rendered, changes)
    found = statuses(repository, state.inputs.config.layout.roots) if generated else Statuses({})
    ignored = [path for path in generated if found.of(path) == IGNORED]
    new = [path for path in generated if path not in ignored]
    sources = _sources(repository, state.inputs.templates)
    return (*new, *sources[UNTRACKED]), (*ignored, *sources[IGNORED])


def refuse_ignored_sources(repository: git.Repository, templates: Templates) -> None:
    """Raise InputError if git ignores sources that were read, so that no commit has them."""
    if found := _sources(repository, templates)[IGNORED]:
        what = "can't be committed: git ignores it (.gitignore)"
        raise InputError("\n".join(f"{path} {what}" for path in found))


def _sources(repository: git.Repository, templates: Templates) -> dict[str, list[str]]:
    """Return the templates, and the sources of files, that were read, by these two states."""
    there = statuses(repository, [TEMPLATES])
    found: dict[str, list[str]] = {UNTRACKED: [], IGNORED: []}
    for name in sorted(templates.used):
        path = f"{TEMPLATES}/{name}"
        if (letters := there.of(path)) in found:
            found[letters].append(path)
    return found


def _generated(
    repository: git.Repository,
    state: State,
    rendered: Mapping[str, Rendered],
    changes: Sequence[FileChange],
) -> list[str]:
    """Return the generated files that have the wanted content, but that git does not track."""
    changing = {change.path for change in changes}
    whole = {each.path(state.inputs.config) for each in outputs.OUTPUTS if each.whole}
    every = [*state.wanted, *(path for path in rendered if path in whole)]
    roots = state.inputs.config.layout.roots
    within = tuple(f"{top}/" for top in roots)
    more = [path for path in every if ROOT not in roots and not path.startswith(within)]
    folders = (*roots, *more)
    tracked = frozenset[str]().union(*(git.tracked_files(repository, path) for path in folders))
    return [path for path in every if path not in changing and path not in tracked]
