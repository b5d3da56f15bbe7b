"""The checks of the simulated year find mistakes in repositories."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main
from tests.projects import copy
from tests.repos import TestRepo, environment, make_repo
from tests.year import branch, due, image, manifest
from tests.year.broken import BrokenError
from tests.year.places import JOB
from tests.year.world import World

if TYPE_CHECKING:
    from pathlib import Path

WORLD = World(1)
DAY = dt.date(2025, 1, 1)
FILE = "versions.yaml"
MANIFEST = manifest.PATH


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the repository of the first day; tests copy it and never change it."""
    repo = make_repo(tmp_path_factory.mktemp("year") / "first")
    image.write(repo.path, WORLD, "https://example.org", DAY)
    repo.commit("Begin")
    with pytest.MonkeyPatch.context() as patch:
        for name, text in environment().items():
            patch.setenv(name, text)
        assert main(["-C", str(repo.path), "generate", "--quiet", "--commit"]) == 0
    return repo.path


@pytest.fixture
def repo(first: Path, tmp_path: Path) -> TestRepo:
    """Return a copy of the repository of the first day."""
    return TestRepo(copy(first, tmp_path / "repo"))


def edit(repo: TestRepo, path: str, pattern: str, text: str) -> None:
    """Replace the first match of a pattern in a file."""
    old = (repo.path / path).read_text()
    new = re.sub(pattern, text, old, count=1)
    assert new != old
    repo.write(path, new)


def check_main(repo: TestRepo) -> None:
    """Check the current manifest."""
    manifest.check_commits(repo, "HEAD")
    manifest.check(repo, due.read((repo.path / FILE).read_text()))


def test_the_first_day_is_right(repo: TestRepo) -> None:
    """A correct repository gives no error."""
    check_main(repo)
    assert len(manifest.parse((repo.path / MANIFEST).read_text())) == 6 * 3 + 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"GitCommit: \w{40}", f"GitCommit: {'0' * 40}", "not in its history"),
        (r"Directory: library/3.13/bookworm", "Directory: library/3.13/sid", "is not there"),
        (r"\n\nTags: 3\.9\.21-alpine(.*\n)+", "\n", "not every image"),
        (r"(Tags: )3\.13\.1-bookworm", r"\g<1>3.12.8-bookworm", "3.12.8-bookworm is"),
        (r"(3\.12\.8, 3\.12\nArch.*)", r"\g<1>, windows-amd64", "one platform"),
        (r"(SharedTags: 3\.12\.8, 3\.12)", r"\g<1>, latest", "latest is 3.12.8 and 3.13.1"),
        (r"(Tags: )(3\.13\.1-slim)", r"\g<1>3.13.1-alpine, \g<2>", "occurs twice"),
        (r"(Tags: )3", r"\g<1>-3", "is not a tag"),
        (r"Architectures: .*\n", "", "Architectures is missing"),
        (r"\nBuilder", "\nWhat is this\nBuilder", "a strange line"),
    ],
)
def test_a_wrong_manifest_is_found(repo: TestRepo, pattern: str, text: str, found: str) -> None:
    """The check finds each wrong value in the manifest."""
    edit(repo, MANIFEST, pattern, text)
    repo.commit("Lie")
    with pytest.raises(BrokenError, match=re.escape(found)):
        check_main(repo)


def test_a_stale_manifest_is_found(repo: TestRepo) -> None:
    """The check finds a folder that changed after the commit in the manifest."""
    edit(repo, "library/3.13/bookworm/Dockerfile", "RUN", "# another line\nRUN")
    repo.commit("Change it")
    with pytest.raises(BrokenError, match="is newest"):
        check_main(repo)


def moved(repo: TestRepo, cycle: str, old: str, new: str) -> None:
    """Move a cycle to another version, in versions.yaml and its Dockerfiles."""
    edit(repo, FILE, f'"{old}"', f'"{new}"')
    for file in (repo.path / "library" / cycle).rglob("Dockerfile"):
        edit(repo, str(file.relative_to(repo.path)), old, new)


def commit(repo: TestRepo, message: str) -> str:
    """Commit as the job."""
    name, mail = JOB.rstrip(">").split(" <")
    return repo.commit(message, GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=mail)


def test_a_commit_of_the_job_is_right(repo: TestRepo) -> None:
    """A correct commit has one cycle, its versions.yaml and Dockerfiles, and its message."""
    moved(repo, "3.11", "3.11.11", "3.11.12")
    branch.check_commit(repo, commit(repo, "Update 3.11 to 3.11.12"))


def test_wrong_commits_are_found(repo: TestRepo) -> None:
    """The check finds each fault of a commit."""
    begin = repo.head()

    def expect(found: str, message: str = "Update 3.11 to 3.11.12") -> None:
        made = commit(repo, message)
        with pytest.raises(BrokenError, match=re.escape(found)):
            branch.check_commit(repo, made)
        repo.git("reset", "--quiet", "--hard", begin)

    expect("is empty")
    moved(repo, "3.11", "3.11.11", "3.11.12")
    repo.write("NOTES.md", "More\n")
    expect("has NOTES.md")
    moved(repo, "3.11", "3.11.11", "3.11.12")
    moved(repo, "3.10", "3.10.16", "3.10.17")
    expect("changes ['3.11', '3.10']")
    moved(repo, "3.11", "3.11.11", "3.11.12")
    expect("and says: Update 3.11", "Update 3.11")
    edit(repo, FILE, '"3.11.11"', '"3.11.12"')
    expect("('3.11.11'")
    moved(repo, "3.11", "3.11.11", "3.11.12")
    edit(repo, "library/3.10/bookworm/Dockerfile", "RUN", "# more\nRUN")
    expect("library/3.10/bookworm")
    moved(repo, "3.11", "3.11.11", "3.11.12")
    made = repo.commit("Update 3.11 to 3.11.12")
    with pytest.raises(BrokenError, match="is by A U Thor"):
        branch.check_commit(repo, made)
