"""Git: the files of a repository, its history, and new commits.

Reading uses the `git` program. Only `commits` uses GitPython, which is slow to import.
"""

from __future__ import annotations

from tagmatrix.git.repository import (
    NOT_INHERITED,
    Absence,
    GitError,
    GitObject,
    Process,
    Repository,
    TreeEntry,
    blob_id,
    decode,
    discover,
    encode,
    keeps_modes,
    locate,
    normal_path,
    objects,
    require,
    resolve,
    run,
    show,
    tracked_files,
    tree,
)

__all__ = [
    "NOT_INHERITED",
    "Absence",
    "GitError",
    "GitObject",
    "Process",
    "Repository",
    "TreeEntry",
    "blob_id",
    "decode",
    "discover",
    "encode",
    "keeps_modes",
    "locate",
    "normal_path",
    "objects",
    "require",
    "resolve",
    "run",
    "show",
    "tracked_files",
    "tree",
]
