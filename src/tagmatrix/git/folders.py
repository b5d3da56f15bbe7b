"""What git knows of the generated folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.git import history, repository as git
from tagmatrix.layout import TOP

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Committed:
    """What HEAD holds below `library/`.

    Attributes:
        repository: where, or why there is none.
        tree: files and folders by path; empty where nothing is committed.
        commits: the newest commit of each folder that was asked for and is
            there; empty where the history is cut off.
    """

    repository: git.Repository | git.Absence
    tree: Mapping[str, git.TreeEntry]
    commits: Mapping[str, str]


def look_up(root: Path, folders: Collection[str]) -> Committed:
    """Return what git knows of some folders below the root.

    Raises git.GitError.
    """
    repository = git.locate(root)
    if isinstance(repository, git.Absence) or repository.head is None:
        return Committed(repository, {}, {})
    tree = git.tree(repository, repository.head, TOP)
    if repository.shallow:
        return Committed(repository, tree, {})
    return Committed(repository, tree, history.folder_commits(repository, folders))
