"""Open a test's repository with the code under test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import git

if TYPE_CHECKING:
    from tests.repos import TestRepo


def opened(test_repo: TestRepo, folder: str = ".") -> git.Repository:
    """Open the repository from one of its folders."""
    found = git.locate(test_repo.path / folder)
    assert isinstance(found, git.Repository)
    return found
