"""Which files an option must not write: those of git, and those that git tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def why_not_writable(folder: Path, names: Iterable[str]) -> str:
    """Return why files in a folder must not be written; empty if they may be.

    A folder that git refuses to read counts as one without tracked files.
    """
    if ".git" in folder.resolve().parts:
        return "this is inside .git; choose another place"
    try:
        found = git.locate(folder)
        there = git.tracked_files(found) if isinstance(found, git.Repository) else frozenset()
    except git.GitError:
        return ""
    tracked = sorted(there.intersection(names))
    return f"git tracks {tracked[0]} there; choose another place" if tracked else ""
