"""Users' files in the places of generated ones: which are kept, which are replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.layout import looks_like_dockerfile
from tagmatrix.publish.file_changes import FileAction
from tagmatrix.publish.ownership import is_own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.publish.disk_state import State
    from tagmatrix.publish.file_changes import FileChange

_FROM: Final = re.compile(
    rb"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*\S+(?:[ \t]+AS[ \t]+\S+)?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)


def overwritten(state: State, changes: Sequence[FileChange]) -> tuple[str, ...]:
    """Return a warning for each file whose content is a user's and that gets tagmatrix's.

    A Dockerfile that a user wrote is replaced without a warning: so a family begins to use
    tagmatrix. Raises InputError if files would be lost that neither tagmatrix wrote nor git
    has, or if a file in the place of a Dockerfile is none.
    """
    updates = [one for one in changes if one.action is FileAction.UPDATE and one.old != one.new]
    names = state.named([one.path for one in updates if one.path in state.run_bits])
    problems, warnings = [], []
    for each in updates:
        if is_own(each.path, each.old, names):
            continue
        if each.path not in state.run_bits:
            if not (looks_like_dockerfile(each.path) or _FROM.search(each.old)):
                problems.append(
                    f"{each.path}: this is not a Dockerfile, and tagmatrix did not write it, so it "
                    "is not overwritten; change `dockerfile`, or remove the file"
                )
        elif each.path in names:
            warnings.append(
                f"{each.path}: changed since tagmatrix wrote it, so `generate` overwrites the "
                "change: make it in templates/files/"
            )
        elif _is_committed(state, each):
            warnings.append(
                f"{each.path}: tagmatrix did not write this file, and `generate` overwrites it: "
                "HEAD has its content"
            )
        else:
            problems.append(
                f"{each.path}: tagmatrix did not write this file and git does not have it, so it "
                "is not overwritten; move it into templates/files/, or remove it"
            )
    if problems:
        raise InputError("\n".join(problems))
    return tuple(warnings)


def _is_committed(state: State, change: FileChange) -> bool:
    """Return whether HEAD has the present content of a file."""
    repository, entry = state.in_head.repository, state.in_head.tree.get(change.path)
    return (
        isinstance(repository, git.Repository)
        and entry is not None
        and entry.object_id == git.blob_id(change.old, repository.object_format)
    )
