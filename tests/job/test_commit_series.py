"""The commits of the job, with files beside Dockerfiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.job.commit_series import state, write
from tagmatrix.job.revisions import CycleRevision
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project


@pytest.fixture
def database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the database, published."""
    return publish_fixture("database", tmp_path / "database", capsys)


def test_files_count_with_their_dockerfile(database: Project) -> None:
    """A commit counts images, not the files in their folders."""
    (database.root / "templates/files/docker-entrypoint.sh").chmod(0o644)
    made, _ = write(database.root, state(database.root), [])
    assert [(each.message, len(each.images), each.removed) for each in made] == [
        ("Regenerate 4 Dockerfiles", 4, 0)
    ]


def test_removed_files_are_not_counted(database: Project) -> None:
    """A cycle that goes removes two Dockerfiles, however many files are beside them."""
    text = database.read("versions.yaml")
    revision = CycleRevision("18-rc", text[: text.index('  "17":')])
    made, _ = write(database.root, state(database.root), [revision])
    assert [(each.message, len(each.images), each.removed) for each in made] == [
        ("Remove 17", 0, 2)
    ]
    assert not (database.root / "library/17").exists()
