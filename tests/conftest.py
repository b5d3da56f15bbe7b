"""Fixtures for all tests: a project in a repository, isolated from the machine's git settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import schemas
from tests.projects import Project, copy, make_published, write_sources
from tests.repos import TestRepo, environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytest_plugins = ["tests.web.fixtures", "tests.registry.fixtures"]
GOLDEN = Path(__file__).parent / "golden"
MEMORY = Path("/dev/shm")  # noqa: S108 (a folder in it is made as in /tmp: only its owner reads it)
"""Linux's file system in memory. A test copies a repository of 60 files: on a disk, most of the
time of many tests."""

# `make test` tries few examples of each property, `make test-slow` many, of all properties
settings.register_profile("few", max_examples=15, deadline=None)
settings.register_profile("many", max_examples=400, deadline=None)
settings.load_profile("few")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option that rewrites the golden files."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files instead of comparing with them",
    )
    parser.addoption(
        "--repeats",
        type=int,
        default=20,
        help="how often a test kills a command, or lets two run at once (default: 20)",
    )


def pytest_configure() -> None:
    """Put the temporary folders of tests into memory; PYTEST_DEBUG_TEMPROOT names another place."""
    if has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def has_room(folder: Path) -> bool:
    """Return whether a folder has a gigabyte for the files of tests, which run some of them."""
    if not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= 1 << 30 and not system.f_flag & os.ST_NOEXEC


@pytest.fixture
def repeats(pytestconfig: pytest.Config) -> int:
    """Return how often a test kills a command, or lets two run at once."""
    times: int = pytestconfig.getoption("--repeats")
    return times


@pytest.fixture(scope="session", autouse=True)
def _isolated_git() -> Iterator[None]:
    """Keep the machine's git configuration and identity out of all tests."""
    kept = environment()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_ACTIONS", raising=False)  # it changes the format of messages
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        for name in [name for name in kept if name.startswith("GIT_")]:
            patch.setenv(name, kept[name])
        yield


@pytest.fixture(scope="session", autouse=True)
def _schemas() -> Iterator[None]:
    """Compare each JSON document that a command prints with its schema."""
    with pytest.MonkeyPatch.context() as patch:
        schemas.watch(patch)
        yield


@pytest.fixture(scope="session")
def published_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the published sample; tests copy it and never change it."""
    return make_published(tmp_path_factory.mktemp("published") / "sample").path


@pytest.fixture
def project(
    tmp_path: Path, published_repository: Path, capsys: pytest.CaptureFixture[str]
) -> Project:
    """Return the sample in a repository of its own: generated, committed, published."""
    root = copy(published_repository, tmp_path / "sample")
    return Project(TestRepo(root), root, capsys)


@pytest.fixture
def unborn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the sample in a repository without commits and without generated files."""
    repo = make_repo(tmp_path / "unborn")
    write_sources(repo.path)
    return Project(repo, repo.path, capsys)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Return a function that compares bytes with a golden file, or writes it (--update-golden)."""

    def compare(name: str, content: bytes) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.write_bytes(content)
        assert file.read_bytes().decode() == content.decode(), (
            "run pytest --update-golden and review the diff"
        )

    return compare
