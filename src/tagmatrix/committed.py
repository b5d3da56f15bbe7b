"""What git knows of the generated folders, looked up while templates are rendered."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import git, history
from tagmatrix.entries import TOP

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


class Lookup:
    """A look-up that runs beside the caller."""

    def __init__(self, root: Path, folders: Collection[str]) -> None:
        """Start; `folders` are relative to the root."""
        self._result: Committed | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(root, folders), daemon=True)
        self._thread.start()

    def result(self) -> Committed:
        """Wait for the answer. Raises git.GitError."""
        self._thread.join()
        if self._result is None:
            raise self._error or git.GitError("git gave no answer")
        return self._result

    def _run(self, root: Path, folders: Collection[str]) -> None:
        try:
            self._result = look_up(root, folders)
        except Exception as error:  # noqa: BLE001 (it is raised where the answer is asked for)
            self._error = error


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
