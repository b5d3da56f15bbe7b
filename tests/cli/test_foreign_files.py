"""Options that name a file or a folder write neither into .git nor over files that git tracks."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

FILE_OPTIONS = [
    ("registry", "stale", "--base-digests", "FILE"),
    ("registry", "publish", "--plan", "plan.json", "--digests", "d", "--result", "FILE"),
]
FILES = {
    ".git/config": "this is inside .git",
    ".git/new/file": "this is inside .git",
    "to-git/HEAD": "this is inside .git",
    "to-tracked": "git tracks versions.yaml there",
    "versions.yaml": "git tracks versions.yaml there",
    "templates": "this is a folder; name a file in it",
    "circle": "this link leads back to itself",
}
FOLDER_OPTIONS = [
    ("import", "library/sample", "--output", "FOLDER"),
    ("import", "library/sample", "--force", "--output", "FOLDER"),
    ("plan", "--from", "plan.json", "--record", "m", "--digests", "FOLDER"),
]
FOLDERS = (".git", ".git/hooks", ".git/new/folder", "to-git", "to-git/x")


def contents(folder: Path) -> dict[Path, bytes]:
    """Return the files of a folder with their content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("words", FILE_OPTIONS, ids=lambda words: words[-2])
def test_files(project: Project, words: tuple[str, ...]) -> None:
    """A file of git, one that git tracks, a folder and a circle of links are refused."""
    (project.root / "to-git").symlink_to(".git")
    (project.root / "to-tracked").symlink_to("versions.yaml")
    (project.root / "circle").symlink_to("circle")
    before = contents(project.root)
    for place, why in FILES.items():
        file = os.fspath(project.root / place)
        done = project.run(*(file if word == "FILE" else word for word in words))
        assert done.code == 2
        assert f"{words[-2]} {file}: {why}" in done.err
    assert contents(project.root) == before


def test_the_git_file_of_a_work_tree(project: Project) -> None:
    """The file that leads to the repository of a linked work tree is git's own."""
    project.repo.git("worktree", "add", "--quiet", "-b", "other", "linked")
    file = project.root / "linked/.git"
    before = file.read_bytes()
    done = project.run("regenerate", "--pull-request-body", str(file))
    assert (done.code, f"{file}: this file is git's own" in done.err) == (2, True)
    assert file.read_bytes() == before


@pytest.mark.parametrize("words", FOLDER_OPTIONS, ids=lambda words: " ".join(words[::2]))
def test_folders(project: Project, words: tuple[str, ...]) -> None:
    """A folder of git is refused, through a link too, before it is made."""
    (project.root / "to-git").symlink_to(".git")
    before = contents(project.root)
    for place in FOLDERS:
        folder = os.fspath(project.root / place)
        done = project.run(*(folder if word == "FOLDER" else word for word in words))
        assert done.code == 2
        assert f"{folder}: this is inside .git; choose another place" in done.err
    assert contents(project.root) == before
    assert not (project.root / ".git/new").exists()


@pytest.mark.parametrize(
    ("option", "place"),
    [
        (("generate", "--output"), "own/new"),
        (("generate", "--output"), "bare.git/hooks"),
        (("regenerate", "--pull-request-body"), "own/config"),
        (("regenerate", "--pull-request-body"), "bare.git/new"),
    ],
)
def test_folders_of_git_with_other_names(
    project: Project, tmp_path: Path, option: tuple[str, str], place: str
) -> None:
    """The folder of git may have any name: --separate-git-dir makes one, and --bare another."""
    init = ("git", "init", "--quiet")
    work = tmp_path / "work"
    subprocess.run([*init, f"--separate-git-dir={tmp_path / 'own'}", work], check=True)
    subprocess.run([*init, "--bare", tmp_path / "bare.git"], check=True)
    before = contents(tmp_path)
    done = project.run(*option, os.fspath(tmp_path / place))
    assert done.code == 2
    assert f"{option[1]} {tmp_path / place}: this is inside a git repository's own" in done.err
    assert contents(tmp_path) == before


def test_a_work_tree_in_a_bare_repository(project: Project, tmp_path: Path) -> None:
    """A work tree in the folder of its bare repository is not git's own."""
    bare = tmp_path / "family.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", project.root, bare], check=True)
    tree = bare / "trees/work"
    add = ("git", "-C", bare, "worktree", "add", "--quiet", "--detach", tree)
    subprocess.run(add, check=True)
    project.run("generate", "--output", os.fspath(tree / "out")).ok()
    assert (tree / "out/library").is_dir()
