"""A repository for tests, read without the machine's git configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's git configuration out of the tests."""
    for name, text in environment().items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, text)


@pytest.fixture
def repo(tmp_path: Path) -> TestRepo:
    """Return a repository with one commit of two files."""
    made = make_repo(tmp_path / "repository")
    made.write("library/a/Dockerfile", "FROM a\n")
    made.write("top", "text\n")
    made.commit()
    return made
