"""`tagmatrix generate` and git repositories inside the folders of images."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.fixtures import publish_fixture
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

FOLDER = "library/17/trixie"
REPOSITORY = "a git repository of its own, so git adds none of its files: remove its .git"
SUBMODULE = "a submodule, so the commit of its folder lacks its files"


@pytest.fixture
def database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return a family with files beside its Dockerfiles, published."""
    return publish_fixture("database", tmp_path / "database", capsys)


def found(project: Project, *options: str) -> list[str]:
    """Return what `--check` reports, without the advice below it."""
    check = project.generate("--check", *options)
    assert check.code == (3 if check.out.startswith("library/") else 0)
    return [line for line in check.out.splitlines() if line.startswith(FOLDER)]


def make_nested(project: Project, kind: str) -> str:
    """Make a repository in an image's folder, and return its path."""
    path = f"{FOLDER}/vendor"
    inner = make_repo(project.root / path)
    inner.write("conf/a.conf", "x\n")
    if kind != "without commits":
        inner.commit()
    if kind == "a file .git":
        shutil.move(inner.path / ".git", project.root.parent / "elsewhere")
        inner.write(".git", f"gitdir: {project.root.parent / 'elsewhere'}\n")
    if kind == "in the index":
        project.repo.git("add", path)
    return path


@pytest.mark.parametrize("kind", ["with commits", "without commits", "a file .git", "in the index"])
@pytest.mark.slow
def test_kinds(database: Project, kind: str) -> None:
    """A repository in an image's folder is reported once, and nothing can be copied from it."""
    is_foreign(database, kind)


@pytest.mark.slow
def test_a_repository(database: Project) -> None:
    """A repository in an image's folder is foreign, before a commit too."""
    is_foreign(database, "with commits")


def is_foreign(project: Project, kind: str) -> None:
    """Assert that a repository is reported, and that its files are not in the build context."""
    path = make_nested(project, kind)
    for options in ((), ("--only", "dockerfiles"), ("17",)):
        (line,) = found(project, *options)
        assert line.startswith(f"{path}: {REPOSITORY}")
    assert f"warning: {path}: {REPOSITORY}" in project.generate("--commit").ok().err
    template = "templates/database.Dockerfile.j2"
    text = project.read(template)
    for source in ("vendor/conf/a.conf", "vendor"):
        project.write(template, f"{text}COPY {source} /etc/\n")
        refused = project.generate()
        assert refused.code == 2
        assert f"COPY of {source}: the folder will not have it" in refused.err
    project.write(template, text)
    shutil.rmtree(project.root / path)
    project.repo.git("rm", "--quiet", "--cached", "--ignore-unmatch", path)
    assert found(project) == []


@pytest.mark.slow
def test_a_submodule(database: Project) -> None:
    """A submodule is reported also where its files are not checked out."""
    path = make_nested(database, "in the index")
    database.repo.git("commit", "--quiet", "--message=A submodule")
    (line,) = found(database)
    assert line.startswith(f"{path}: {SUBMODULE}")
    for each in (database.root / path).iterdir():
        shutil.rmtree(each)
    (line,) = found(database, "--only", "dockerfiles")
    assert line.startswith(f"{path}: {SUBMODULE}")
    database.repo.git("rm", "--quiet", path)
    database.repo.git("commit", "--quiet", "--message=No submodule")
    database.generate("--commit").ok()
    assert found(database) == []


@pytest.mark.slow
def test_the_folder_of_the_image(database: Project) -> None:
    """An image's folder that is a repository is reported; its own files stay up to date."""
    make_repo(database.root / FOLDER).commit()
    (line,) = found(database)
    assert line.startswith(f"{FOLDER}: {REPOSITORY}")


@pytest.mark.slow
def test_a_retired_cycle(database: Project) -> None:
    """`retire` names what stays behind, but not each file of a repository."""
    make_nested(database, "with commits")
    database.write(f"{FOLDER}/notes", "x\n")
    done = database.run("retire", "17").ok()
    assert f"{FOLDER}/notes" in done.err + done.out
    assert f"{FOLDER}/vendor" in done.err + done.out
    assert "a.conf" not in done.err + done.out


def test_an_ignored_folder(database: Project) -> None:
    """A file in a folder that git ignores is reported like an ignored file."""
    database.write(".gitignore", "build/\n")
    database.repo.commit("Ignore a folder")
    path = f"{FOLDER}/build/deep/run.sh"
    database.write(path, "x\n")
    (line,) = found(database, "--only", "dockerfiles")
    assert line.startswith(f"{path}: not from tagmatrix, and git ignores it")
