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
    templates = state.inputs.templates
    return (
        (*new, *_sources(repository, templates, UNTRACKED)),
        (*ignored, *_sources(repository, templates, IGNORED)),
    )


def refuse_ignored_sources(repository: git.Repository, templates: Templates) -> None:
    """Raise InputError if git ignores sources that were read, so that no commit has them."""
    found = _sources(repository, templates, IGNORED)
    if found:
        what = "can't be committed: git ignores it (.gitignore)"
        raise InputError("\n".join(f"{path} {what}" for path in found))


def _sources(repository: git.Repository, templates: Templates, letters: str) -> tuple[str, ...]:
    """Return the templates, and the sources of files, that were read and have this status."""
    found = statuses(repository, [TEMPLATES])
    paths = (f"{TEMPLATES}/{name}" for name in sorted(templates.used))
    return tuple(path for path in paths if found.of(path) == letters)


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
