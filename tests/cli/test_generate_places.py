"""`tagmatrix generate` wherever it may run: clones, archives, odd repositories, locales."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.projects import (
    DOCKERFILES,
    FOLDERS,
    LINUX,
    MAIN,
    MANIFEST,
    PAGE,
    SIZE,
    TRIXIE,
    contents,
    is_published,
    stays_as_it_is,
)
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.projects import Project


ODD_CONFIGURATION = {
    "color.ui": "always",
    "commit.verbose": "true",
    "core.autocrlf": "true",
    "core.pager": "false",
    "core.quotePath": "true",
    "diff.mnemonicPrefix": "true",
    "diff.noprefix": "true",
    "diff.relative": "true",
    "diff.renames": "copies",
    "format.pretty": "oneline",
    "i18n.logOutputEncoding": "latin1",
    "log.abbrevCommit": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "status.branch": "true",
    "status.relativePaths": "false",
    "status.renames": "copies",
    "status.short": "true",
    "status.showStash": "true",
    "status.showUntrackedFiles": "no",
}


def test_again(project: Project) -> None:
    """Where all is generated and committed, nothing is written."""
    done = project.generate()
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{SIZE}{PAGE}nothing changed\n"
    is_published(project)
    stays_as_it_is(project, project.repo)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [(), ("--depth", "1"), ("--filter=blob:none",)], ids=str)
def test_clone(project: Project, tmp_path: Path, depth: tuple[str, ...]) -> None:
    """A clone is up to date from the first run on, also without history."""
    project.repo.git("config", "uploadpack.allowFilter", "true")
    project.repo.git("clone", "--quiet", *depth, f"file://{project.root}", str(tmp_path / "clone"))
    clone = project.at(tmp_path / "clone")
    done = clone.generate().ok()
    assert ("the clone is shallow" in done.out) == ("--depth" in depth)
    stays_as_it_is(clone, clone.repo)


@pytest.mark.slow
def test_change_in_a_shallow_clone(project: Project, tmp_path: Path) -> None:
    """Without its history, Dockerfiles are generated and the manifest is kept, even if behind."""
    project.repo.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(tmp_path / "c"))
    clone = project.at(tmp_path / "c")
    clone.bump("2.1.3", "2.1.4")
    before = clone.snapshot()
    done = clone.generate().ok()
    assert "the clone is shallow" in done.out
    assert "behind versions.yaml; run: tagmatrix generate, in a clone with the" in done.out
    after = clone.snapshot()
    differ = {path for path in before if before[path] != after[path]}
    assert differ == {f"{folder}/Dockerfile" for folder in FOLDERS if folder.startswith("2.1")}
    check = clone.generate("--check")
    assert check.code == 3
    assert f"{MANIFEST}: behind versions.yaml, and the clone is shallow" in check.out
    assert "git fetch --unshallow" in check.out
    assert "generate --commit" not in check.out
    refused = clone.generate("--commit", "--only", "manifest")
    assert refused.code == 2
    assert f"{MANIFEST} can't be written: the clone is shallow" in refused.err
    clone.generate("--commit", "--only", "dockerfiles").ok()
    clone.repo.git("fetch", "--quiet", "--unshallow")
    clone.generate("--commit").ok()
    is_published(clone)


@pytest.fixture
def unpack(project: Project) -> Callable[[Path], Project]:
    """Return a function that unpacks `git archive` into a folder."""

    def unpack_into(folder: Path) -> Project:
        archive = subprocess.run(
            ["git", "-C", str(project.root), "archive", "HEAD"], check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        return project.at(folder)

    return unpack_into


def test_archive(unpack: Callable[[Path], Project], tmp_path: Path) -> None:
    """A source archive without git is up to date; its manifest is kept."""
    archive = unpack(tmp_path / "archive")
    done = archive.generate().ok()
    assert "the folder is not in a git repository: commits are not known" in done.out
    stays_as_it_is(archive)
    archive.edit(LINUX, "set -eux", "set -ex")
    before = contents(archive.root, MAIN)
    changed = archive.generate().ok()
    assert "10 updated" in changed.out
    assert contents(archive.root, MAIN) == before
    stays_as_it_is(archive)


def test_archive_behind(unpack: Callable[[Path], Project], tmp_path: Path) -> None:
    """In an archive, a check finds a manifest that is behind versions.yaml."""
    archive = unpack(tmp_path / "archive")
    archive.edit("versions.yaml", "A U Thor <", "An Other <")
    check = archive.generate("--check")
    assert check.code == 3
    assert f"{MANIFEST}: behind versions.yaml, and the folder is not in a git" in check.out
    assert "--commit" not in check.out
    refused = archive.generate("--commit")
    assert refused.code == 2
    assert "cannot commit: the folder is not in a git repository" in refused.err


def test_archive_inside_another_repository(
    unpack: Callable[[Path], Project], tmp_path: Path
) -> None:
    """Unpacked in a repository that does not know it, a manifest is kept, and waits."""
    outer = make_repo(tmp_path / "outer")
    outer.write("file", "text")
    outer.commit()
    archive = unpack(tmp_path / "outer" / "vendor" / "sample")
    before = archive.snapshot()
    done = archive.generate().ok()
    assert "nothing changed" in done.out
    assert "folders wait for a commit" in done.out
    assert archive.snapshot() == before
    assert archive.generate("--check").code == 3
    archive.generate("--commit").ok()
    inner = archive.at(archive.root, outer)
    is_published(inner, prefix="vendor/sample/")


@pytest.mark.slow
def test_without_git_program(project: Project, tmp_path: Path) -> None:
    """Where there is no git program, Dockerfiles are generated and the manifest is kept."""
    before = project.snapshot()
    env = {**environment(), "PATH": str(tmp_path / "nothing")}
    done = project.process("generate", env=env).ok()
    assert "there is no git program on PATH" in done.out
    assert project.snapshot() == before
    refused = project.process("generate", "--commit", env=env)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("error: cannot commit: there is no git program")


def test_unborn(unborn: Project) -> None:
    """Before the first commit, Dockerfiles are generated; `--commit` then begins the history."""
    done = unborn.generate().ok()
    assert "11 created" in done.out
    assert "nothing is committed yet" in done.out
    assert contents(unborn.root, MAIN) == dict.fromkeys(MAIN)
    assert unborn.generate("--check").code == 3
    unborn.generate("--commit").ok()
    assert unborn.subjects() == [
        "library/sample: add 2.1 at 2.1.3, add 2.0 at 2.0.9",
        "Add 2.1 at 2.1.3, add 2.0 at 2.0.9",
    ]
    is_published(unborn)
    assert unborn.generate("--check").code == 0


def test_detached_head(project: Project) -> None:
    """A detached HEAD changes nothing: not what is read, and not what is committed."""
    project.repo.git("checkout", "--quiet", "--detach")
    stays_as_it_is(project, project.repo)
    project.bump("2.1.3", "2.1.4")
    project.generate("--commit").ok()
    is_published(project)


@pytest.mark.slow
@pytest.mark.parametrize("relative", [False, True])
def test_subfolder(unborn: Project, *, relative: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image in a folder of its repository names the folder in its manifest."""
    root = unborn.root / "images" / "sample"
    root.mkdir(parents=True)
    for name in ("versions.yaml", "templates"):
        (unborn.root / name).rename(root / name)
    image = unborn.at(root, unborn.repo)
    if relative:  # the default -C is the folder one is in
        monkeypatch.chdir(root)
        image = unborn.at(Path(), unborn.repo)
    image.generate("--commit").ok()
    is_published(image, prefix="images/sample/")
    prefix = "https://github.com/example/sample/blob/"
    assert re.search(rf"{prefix}[0-9a-f]{{40}}/images/sample/{TRIXIE}", image.read(MAIN[1]))
    stays_as_it_is(image, unborn.repo)


@pytest.mark.parametrize("place", ["top", "inside", "outside"])
def test_check_in_a_subfolder(
    project: Project, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder of its repository, `--check` and `--diff` compare an image's own files."""
    root = project.root / "images"
    root.mkdir()
    for name in ("versions.yaml", "templates", "library"):
        (project.root / name).rename(root / name)
    project.repo.commit()
    folder, own = {
        "top": (project.root, Path("images")),
        "inside": (root, Path()),
        "outside": (project.root.parent, Path(project.root.name, "images")),
    }[place]
    monkeypatch.chdir(folder)
    image = project.at(own, project.repo)
    image.generate("--commit").ok()
    image.generate("--check").ok()
    image.edit(TRIXIE, "make", "make all")
    for options in (("--check",), ("--check", "--only", "dockerfiles"), ("--diff",)):
        done = image.generate(*options)
        assert done.code == 3
        assert TRIXIE in done.out
        assert "git" not in done.err


def test_from_outside(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative -C works from another folder, for commits too."""
    monkeypatch.chdir(project.root.parent)
    project.bump("2.1.3", "2.1.4")
    image = project.at(Path(project.root.name))
    image.generate("--commit").ok()
    assert project.subjects()[:2] == [
        "library/sample: update 2.1 to 2.1.4",
        "Update 2.1 to 2.1.4",
    ]
    is_published(project)


def test_sha256_repository(unborn: Project, tmp_path: Path) -> None:
    """A repository with SHA-256 names works all the way, commits included."""
    repo = make_repo(tmp_path / "long", object_format="sha256")
    for name in ("versions.yaml", "templates"):
        (unborn.root / name).rename(repo.path / name)
    project = unborn.at(repo.path)
    done = project.generate("--commit").ok()
    assert project.repo.head()[:12] in done.out
    assert len(project.repo.head()) == 64
    is_published(project)
    stays_as_it_is(project, project.repo)


def test_linked_worktree(project: Project, tmp_path: Path) -> None:
    """A second work tree of a repository is one of its own."""
    project.repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "tree"))
    tree = project.at(tmp_path / "tree")
    tree.bump("2.1.3", "2.1.4")
    tree.generate("--commit").ok()
    is_published(tree)
    assert tree.subjects("-1", "other") == ["library/sample: update 2.1 to 2.1.4"]
    assert project.subjects("-1", "main") == ["Publish it"]


def test_inside_a_hook(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that git sets for a hook of another repository do not change the repository."""
    other = make_repo(tmp_path / "other")
    other.commit()
    for name, value in {
        "GIT_DIR": other.path / ".git",
        "GIT_WORK_TREE": other.path,
        "GIT_INDEX_FILE": other.path / ".git" / "index",
        "GIT_PREFIX": "library/",
        "GIT_LITERAL_PATHSPECS": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert "nothing changed" in project.generate().ok().out
    project.bump("2.1.3", "2.1.4")
    project.generate("--commit").ok()
    assert os.environ["GIT_PREFIX"] == "library/"
    monkeypatch.undo()
    is_published(project)
    assert other.git("status", "--porcelain") == ""
    assert other.git("log", "--format=%s") == "A change"


def test_odd_configuration(project: Project) -> None:
    """A user's settings change neither what is found nor what is committed."""
    for name, value in ODD_CONFIGURATION.items():
        project.repo.git("config", name, value)
    stays_as_it_is(project)
    project.bump("2.1.3", "2.1.4")
    project.generate("--commit").ok()
    for name in ODD_CONFIGURATION:
        project.repo.git("config", "--unset", name)
    is_published(project)
    assert project.subjects()[1] == "Update 2.1 to 2.1.4"


def test_line_ends_of_a_checkout(project: Project, tmp_path: Path) -> None:
    """A checkout that turned line ends into CR LF is up to date; `generate` puts it right."""
    options = ("--quiet", "--config=core.autocrlf=true")
    project.repo.git("clone", *options, str(project.root), str(tmp_path / "clone"))
    clone = project.at(tmp_path / "clone")
    assert b"\r\n" in (clone.root / TRIXIE).read_bytes()
    assert "everything is up to date" in clone.generate("--check").ok().out
    assert "\n-" not in clone.generate("--diff").ok().out
    done = clone.generate().ok()
    assert "14 updated" in done.out
    assert contents(clone.root, (*DOCKERFILES, *MAIN)) == contents(
        project.root, (*DOCKERFILES, *MAIN)
    )
    assert clone.repo.git("diff", "--stat") == ""


def test_another_owner(project: Project) -> None:
    """If git refuses to read the repository of another user, its own advice is printed."""
    if os.geteuid():
        pytest.skip("only root can give files away")
    for path in (project.root, *project.root.rglob("*")):
        os.chown(path, 12345, 12345)
    env = {name: text for name, text in environment().items() if not name.startswith("SUDO_")}
    done = project.process("generate", env=env)
    assert done.code == 2
    assert "dubious ownership" in done.err
    assert "safe.directory" in done.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"LC_ALL": "C", "PYTHONHASHSEED": "1"}, marks=pytest.mark.slow),
        pytest.param(
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONHASHSEED": "2"},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "3"},
            marks=pytest.mark.slow,
        ),
        {"PYTHONIOENCODING": "ascii", "TERM": "dumb", "COLUMNS": "20", "PYTHONOPTIMIZE": "2"},
    ],
    ids=str,
)
def test_same_bytes_everywhere(project: Project, variables: dict[str, str]) -> None:
    """Locale, time zone, encoding and hash seed change no byte of what is made."""
    before = contents(project.root, (*DOCKERFILES, *MAIN))
    shutil.rmtree(project.root / "library")
    umask = os.umask(0o022)
    try:
        done = project.process("generate", env=environment(**variables)).ok()
    finally:
        os.umask(umask)
    assert "14 created" in done.out
    assert contents(project.root, (*DOCKERFILES, *MAIN)) == before
    assert {oct((project.root / path).stat().st_mode) for path in before} == {"0o100644"}


def test_output_spares_git(project: Project) -> None:
    """--output writes neither into .git nor over files that git tracks."""
    for place, words in ((".git/x", "inside .git"), ("copy", "git tracks library/")):
        folder = project.root / place
        if place == "copy":
            project.run("generate", "--output", str(folder)).ok()
            project.repo.git("add", "-f", "copy")
            next(folder.rglob("Dockerfile")).write_text("# Generated by another\n")
        done = project.run("generate", "--output", str(folder))
        assert done.code == 2
        assert words in done.err
    assert not (project.root / ".git/x").exists()
