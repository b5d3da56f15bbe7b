"""The wheel and the source archive work outside the repository."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def build(source: Path, target: Path, kind: str) -> Path:
    """Build a wheel or a source archive, and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = target.iterdir()
    return built


def names(wheel: Path) -> set[str]:
    """Return the names of a wheel's files."""
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this repository."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return `tagmatrix` in an environment that has the wheel, and what the wheel requires."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True, cwd=folder)
    return folder / "bin" / "tagmatrix"


@pytest.fixture
def run(program: Path, tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs the installed program in a folder of its own."""
    folder = tmp_path / "demo"
    folder.mkdir()

    def start(*args: str) -> str:
        variables = environment()
        variables.pop("PYTHONPATH", None)
        done = subprocess.run(
            [str(program), *args],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done
        return done.stdout

    return start


def test_a_family(run: Callable[..., str], tmp_path: Path) -> None:
    """All commands for a family work without the repository."""
    repo = make_repo(tmp_path / "demo")
    assert run("--version").startswith("tagmatrix ")
    run("init", "--like", "multi")
    repo.commit("Begin the family")
    run("generate", "--commit")
    assert "up to date" in run("generate", "--check")
    assert "2.0-sdk" in run("tags")
    assert "demo:latest is demo 2.0.1" in run("show", "latest")
    assert "demo:2.0.1" in run("library", "list", "library/demo")
    assert '"$schema"' in run("schema")
    assert "2-0-sdk" in run("plan", "--format", "json")
    run("site", "--output", "site")
    assert (tmp_path / "demo/site/index.html").exists()
    assert "complete" in run("completion", "bash")


def test_an_application(run: Callable[..., str], tmp_path: Path) -> None:
    """`app write` finds the tags that the wheel brings."""
    (tmp_path / "demo" / "requirements.txt").write_text("", encoding="utf-8")
    (tmp_path / "demo" / "main.py").write_text("print('hello')\n", encoding="utf-8")
    run("app", "write", "--as-of", "2026-07-01")
    assert "FROM python:3." in (tmp_path / "demo" / "Dockerfile").read_text(encoding="utf-8")


def test_the_source_archive_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    """The archive has all that its build needs, and nothing of CI."""
    archive = build(ROOT, tmp_path / "archive", "sdist")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    (folder,) = (each for each in tmp_path.iterdir() if each.name.startswith("tagmatrix-"))
    assert not (folder / ".ci").exists()
    again = build(folder, tmp_path / "again", "wheel")
    assert names(again) == names(wheel)
    assert again.name == wheel.name
