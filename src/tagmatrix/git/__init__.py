"""Git: the files of a repository, its history, and new commits.

Reading uses the `git` program. Only `commits` uses GitPython, which is slow to import.
"""

from __future__ import annotations

from tagmatrix.git.content import (
    GitObject,
    TreeEntry,
    blob_id,
    keeps_modes,
    objects,
    resolve,
    run_bits,
    show,
    show_all,
    tracked_files,
    tree,
)
from tagmatrix.git.conversions import CRLF, stored_ids, stored_otherwise, with_stored_line_endings
from tagmatrix.git.errors import GitError
from tagmatrix.git.file_status import is_ignored
from tagmatrix.git.locating import locate, present, require
from tagmatrix.git.process import GitProcess, decode, encode, run
from tagmatrix.git.repository import NoRepository, Repository, normal_path

__all__ = [
    "CRLF",
    "GitError",
    "GitObject",
    "GitProcess",
    "NoRepository",
    "Repository",
    "TreeEntry",
    "blob_id",
    "decode",
    "encode",
    "is_ignored",
    "keeps_modes",
    "locate",
    "normal_path",
    "objects",
    "present",
    "require",
    "resolve",
    "run",
    "run_bits",
    "show",
    "show_all",
    "stored_ids",
    "stored_otherwise",
    "tracked_files",
    "tree",
    "with_stored_line_endings",
]
