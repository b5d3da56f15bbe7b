"""The generated folders in git: their content in HEAD, and the newest commit of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tagmatrix import git
from tagmatrix.git import history
from tagmatrix.layout import TOP

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


class LibraryInHead(NamedTuple):
    """The content of `library/` in HEAD.

    Attributes:
        repository: the repository, or the reason why there is none.
        tree: files and folders by path; empty if nothing is committed.
        commits: the newest commit of each requested folder that exists; empty
            if the clone is shallow.
    """

    repository: git.Repository | git.Absence
    tree: Mapping[str, git.TreeEntry]
    commits: Mapping[str, str]


def look_up(root: Path, folders: Collection[str]) -> LibraryInHead:
    """Return the committed state of `library/`, with the newest commits of some folders.

    Raises git.GitError.
    """
    repository = git.locate(root)
    if isinstance(repository, git.Absence) or repository.head is None:
        return LibraryInHead(repository, {}, {})
    tree = git.tree(repository, repository.head, TOP)
    if repository.shallow:
        return LibraryInHead(repository, tree, {})
    return LibraryInHead(repository, tree, history.folder_commits(repository, folders))
