"""Which files an option must not write: those of git, and those that git tracks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import git

if TYPE_CHECKING:
    from collections.abc import Iterable


def inside_git(folder: Path) -> str:
    """Return why a folder must not be written to, if it is one of git's own; empty for others."""
    parts = Path(os.path.realpath(folder)).parts  # Path.resolve() fails at circles of links
    return "this is inside .git; choose another place" if ".git" in parts else ""


def why_not_writable(folder: Path, names: Iterable[str]) -> str:
    """Return why files in a folder must not be written; empty if they may be.

    A folder that git refuses to read counts as one without tracked files.
    """
    if why := inside_git(folder):
        return why
    try:
        found = git.locate(folder)
        there = git.tracked_files(found) if isinstance(found, git.Repository) else frozenset()
    except git.GitError:
        return ""
    tracked = sorted(there.intersection(names))
    return f"git tracks {tracked[0]} there; choose another place" if tracked else ""
