"""`tagmatrix generate` with the cache of compiled templates."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.render import templates
from tagmatrix.render.compiled import Compiled
from tagmatrix.util import private_cache

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

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
    folder = tmp_path / "caches" / "tagmatrix" / "templates"
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


def test_without_a_home(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without a home folder has no cache."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    assert project.run("generate", "--check").code in {0, 3}
    assert private_cache.folder is None
