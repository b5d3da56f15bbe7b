"""Commands with what earlier runs have kept in the cache."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.publish import disk_state, outputs
from tagmatrix.render import templates
from tagmatrix.render.compiled import Compiled
from tagmatrix.util import private_cache
from tests.projects import LINUX, MANIFEST, TRIXIE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.projects import Project


def _poison(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"poison")


def _swap(folder: Path) -> None:
    """Give each file the content of another."""
    files = sorted(folder.iterdir())
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, (*contents[1:], contents[0]), strict=True):
        file.write_bytes(content)


def _replace(folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    folder.write_text("a file")


STATES: dict[str, Callable[[Path], object]] = {
    "as the first run left it": lambda _: None,
    "poisoned": _poison,
    "swapped": _swap,
    "read-only": lambda folder: folder.chmod(0o500),
    "open to others": lambda folder: folder.chmod(0o777),
    "not a folder": _replace,
    "missing": shutil.rmtree,
}


def test_outputs_are_the_same(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the cache has, the same files come out, byte by byte."""
    folder = tmp_path / "caches" / "tagmatrix" / "private"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))

    def made(name: str, *args: str) -> dict[str, bytes]:
        """Return the files that a new run makes."""
        monkeypatch.setattr(templates, "_COMPILED", Compiled())
        top = tmp_path / name
        assert project.run("generate", "--output", str(top), *args).code == 0
        files = (path for path in top.rglob("*") if path.is_file())
        return {str(path.relative_to(top)): path.read_bytes() for path in files}

    wanted = made("without", "--no-cache")
    assert wanted
    assert not folder.exists()
    for number, change in enumerate(STATES.values()):
        assert made(f"before{number}") == wanted
        change(folder)
        assert made(f"after{number}") == wanted
        if folder.is_dir():
            folder.chmod(0o700)
        else:
            folder.unlink(missing_ok=True)


@contextlib.contextmanager
def _full() -> Iterator[None]:
    """Let no file grow, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def private(project: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Commit everything, and return the folder of what is kept."""
    caches = project.root.parent / "caches"
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    project.run("generate", "--commit", "--no-cache").ok()
    return caches / "tagmatrix" / "private"


def _printed(project: Project, *args: str) -> tuple[int, str, str]:
    """Return the exit code and the output of a run."""
    done = project.run(*args)
    return done.code, done.out, done.err


COMMANDS = [
    ("tags",),
    ("show", "slim"),
    pytest.param(("show", "none"), marks=pytest.mark.slow),
    pytest.param(("generate",), marks=pytest.mark.slow),
    pytest.param(("generate", "--check"), marks=pytest.mark.slow),
    pytest.param(("generate", "2.0"), marks=pytest.mark.slow),
    pytest.param(("generate", "--check", "2.0"), marks=pytest.mark.slow),
]


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_a_command_prints_the_same(project: Project, private: Path, args: tuple[str, ...]) -> None:
    """Whatever the cache has, a command prints the same."""
    wanted = _printed(project, *args, "--no-cache")
    assert not private.exists()
    with _full():
        assert _printed(project, *args) == wanted
    assert not [*private.iterdir()]
    for change in STATES.values():
        assert _printed(project, *args) == wanted
        assert [*private.iterdir()]
        change(private)
        assert _printed(project, *args) == wanted
        shutil.rmtree(private.with_name("away"), ignore_errors=True)
        if private.is_dir():
            private.chmod(0o700)
        else:
            private.unlink(missing_ok=True)


def test_a_later_run_reads_nothing(
    project: Project, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nothing has changed is neither read, rendered nor checked again."""
    assert _printed(project, "generate", "--check")[0] == 0
    assert {path.name.partition("-")[0] for path in private.iterdir()} >= {
        "dockerfiles",
        "findings",
        "matrix",
        "outputs",
    }

    def work(*_: object, **__: object) -> None:
        raise AssertionError("this was done before")

    for name in (
        "tagmatrix.config.whole_file.parse",
        "tagmatrix.render.dockerfile_checks.review",
        "tagmatrix.render.templates.Templates.render",
        "tagmatrix.publish.outputs.render",
        "tagmatrix.manifest.checks.check_document",
    ):
        monkeypatch.setattr(name, work)
    assert _printed(project, "generate")[0] == 0
    assert _printed(project, "generate", "--check")[0] == 0
    assert _printed(project, "tags")[0] == 0


CHANGES: dict[str, Callable[[Project], object]] = {
    "version": lambda project: project.edit("versions.yaml", "2.1.3", "2.1.4"),
    "template": lambda project: project.edit(LINUX, "FROM ", "# new\nFROM "),
    "error in a template": lambda project: project.edit(LINUX, "FROM ", "{{ nothing }}FROM "),
    "error in a Dockerfile": lambda project: project.edit(LINUX, "FROM ", "FORM "),
    "missing file": lambda project: project.edit(LINUX, "FROM {{ image.base }}\n", COPIED),
    "Dockerfile": lambda project: project.edit(TRIXIE, "FROM ", "# mine\nFROM "),
    "page": lambda project: project.write("templates/README.md.j2", "x"),
    "manifest": lambda project: project.write(MANIFEST, ""),
}
COPIED = "FROM {{ image.base }}\nCOPY nothing /\n"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(project: Project, private: Path, name: str) -> None:
    """After a change, a run with the cache prints the same as one without."""
    assert _printed(project, "generate")[0] == 0
    assert [*private.iterdir()]
    CHANGES[name](project)
    args = ("generate", "--diff")
    assert _printed(project, *args) == _printed(project, *args, "--no-cache")
    assert _printed(project, *args)[0] in {2, 3, 5}


def test_a_folder_in_the_place_of_a_template(project: Project, private: Path) -> None:
    """A folder that is in the way of one of the toolkit's own templates is an error."""
    project.write("templates/README.md.j2", '{% include "readme/rebuilds.j2" %}\n')
    project.run("generate", "--commit").ok()
    assert [*private.iterdir()]
    (project.root / "templates/readme/rebuilds.j2").mkdir(parents=True)
    args = ("generate", "--check")
    assert _printed(project, *args) == _printed(project, *args, "--no-cache")
    assert _printed(project, *args)[0] == 2


def test_templates_of_other_cycles(project: Project, private: Path) -> None:
    """A check of one cycle reports no template that only another cycle uses."""
    assert _printed(project, "generate", "--check")[0] == 0
    project.repo.git("rm", "--quiet", "--cached", "templates/windows.Dockerfile.j2")
    assert [*private.iterdir()]
    for cycle, code in (("2.0", 0), ("2.1", 3)):
        args = ("generate", "--check", cycle)
        assert _printed(project, *args) == _printed(project, *args, "--no-cache")
        assert _printed(project, *args)[0] == code


def test_a_copied_file_that_is_gone(project: Project, private: Path) -> None:
    """A file that a Dockerfile copies is looked for in each run."""
    project.edit(LINUX, "FROM {{ image.base }}\n", COPIED)
    folders = [path.parent for path in project.root.glob("library/**/Dockerfile")]
    for folder in folders:
        (folder / "nothing").write_text("x")
    assert _printed(project, "generate")[0] == 0
    assert any(path.name.startswith("dockerfiles-") for path in private.iterdir())
    (folders[0] / "nothing").unlink()
    code, _, err = _printed(project, "generate")
    assert code == 2
    assert "COPY of nothing: the folder will not have it" in err
    assert (code, _, err) == _printed(project, "generate", "--no-cache")


RACES = {
    "Dockerfiles": (LINUX, "FROM ", disk_state, "try_contexts"),
    "outputs": ("templates/README.md.j2", "# ", outputs, "render"),
}


@pytest.mark.parametrize("name", RACES)
def test_a_template_that_changes_and_comes_back(
    project: Project, private: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What a run renders while a template is another one is not kept."""
    path, text, module, function = RACES[name]
    render = getattr(module, function)

    def swapped(*args: object) -> object:
        """Render while the template is another one."""
        project.edit(path, text, f"# swapped\n{text}")
        try:
            return render(*args)
        finally:
            project.edit(path, f"# swapped\n{text}", text)

    with monkeypatch.context() as patch:
        patch.setattr(module, function, swapped)
        assert "swapped" in _printed(project, "generate", "--diff")[1]
    assert [*private.iterdir()]
    args = ("generate", "--check")
    assert _printed(project, *args) == _printed(project, *args, "--no-cache")
    assert _printed(project, *args)[0] == 0


def test_without_a_home(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home folder has no cache."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    assert project.run("generate", "--check").code in {0, 3}
    assert private_cache.folder is None


@pytest.mark.parametrize("name", ["O_DIRECTORY", "O_NOFOLLOW"])
def test_a_system_without_private_folders(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A system that can't open the folder itself, and not a link, has no cache: Windows."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.delattr(os, name)
    project.run("tags").ok()
    assert not (tmp_path / "caches").exists()


@pytest.mark.parametrize("home", ["", ".", "here"])
def test_a_home_that_is_not_absolute(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    """Without an absolute home there is no cache, unless its folder is named."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", home)
    monkeypatch.chdir(tmp_path)
    top = Path("/.cache/tagmatrix")
    before = top.exists()
    project.run("tags").ok()
    assert {path.name for path in tmp_path.iterdir()} == {"sample"}
    assert top.exists() == before
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    project.run("tags").ok()
    assert [*(tmp_path / "caches/tagmatrix/private").iterdir()]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can use the home of another user")
@pytest.mark.parametrize("there", ["", ".cache", ".cache/tagmatrix"])
def test_the_home_of_another_user(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    """In the home of another user, root leaves no folder."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    home = tmp_path / "home"
    (home / there).mkdir(parents=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, 12345, -1)
    monkeypatch.setenv("HOME", str(home))
    before = {*home.rglob("*")}
    project.run("tags").ok()
    assert {*home.rglob("*")} == before
    for path in (home, *before):
        os.chown(path, 0, -1)
    project.run("tags").ok()
    assert [*(home / ".cache/tagmatrix/private").iterdir()]
