"""Which files an option must not write: those of git, and those that git tracks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


def inside_git(folder: Path) -> str:
    """Return why a folder must not be written to, if it is one of git's own; empty for others."""
    real = Path(os.path.realpath(folder))  # Path.resolve() fails at circles of links
    if ".git" in real.parts:
        return "this is inside .git; choose another place"
    for each in (real, *real.parents):
        if _is_git_directory(each):
            return "this is inside a git repository's own folder; choose another place"
        if (each / ".git").exists():
            break  # a work tree, which may be in the folder of its bare repository
    return ""


def _is_git_directory(folder: Path) -> bool:
    """Return whether a folder is a bare repository, or made by `git init --separate-git-dir`.

    git knows it by the same three names: https://git-scm.com/docs/gitrepository-layout
    """
    return (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )


def refuse_folder(option: str, folder: Path) -> None:
    """Raise InputError if the folder of an option is one of git's own."""
    if why := inside_git(folder):
        raise InputError(f"{option} {folder}: {why}")


def refuse_file(option: str, path: Path) -> None:
    """Raise InputError if the file of an option is a folder, git's own, or one that git tracks."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        why = "this link leads back to itself; name a file"
    elif target.is_dir():
        why = "this is a folder; name a file in it"
    elif target.name == ".git":
        why = "this file is git's own; choose another place"
    else:
        why = why_not_writable(target.parent, [target.name])
    if why:
        raise InputError(f"{option} {path}: {why}")


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
