"""The application's folder: what can't be read is a problem, and never a traceback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tagmatrix.app.reading import application
from tagmatrix.app.reading.folder import SMALL, Folder
from tagmatrix.app.report import Report
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def problems(root: Path, path: str) -> list[str]:
    """Return the problems of reading one file."""
    report = Report()
    assert Folder(root, report).text(path) is None
    return list(map(str, report.problems))


def test_links(tmp_path: Path) -> None:
    """A link inside of the folder is read; one that leads out of it, or nowhere, is not."""
    folder = tmp_path / "app"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    (folder / "inside.txt").write_text("flask", encoding="utf-8")
    (folder / "a.txt").symlink_to("inside.txt")
    (folder / "b.txt").symlink_to("../outside.txt")
    (folder / "c.txt").symlink_to("nowhere")
    (folder / "d.txt").symlink_to("d.txt")
    assert Folder(folder, Report()).text("a.txt") == "flask"
    assert problems(folder, "b.txt") == [
        "b.txt: is outside of the application's folder: move it there"
    ]
    assert problems(folder, "c.txt") == []
    assert len(problems(folder, "d.txt")) == 1
    assert not Folder(folder, Report()).has("b.txt")


def test_unreadable(tmp_path: Path) -> None:
    """Folders, pipes, large files and other encodings are refused, with what to do."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "latin").write_bytes("a\nb\ncaf\xe9\n".encode("latin-1"))
    (tmp_path / "utf16").write_text("flask", encoding="utf-16")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(SMALL + 1)
    assert "can't be read" in problems(tmp_path, "folder")[0]
    assert "can't be read" in problems(tmp_path, "pipe")[0]
    assert problems(tmp_path, "latin") == ["latin:3: is not UTF-8: save it as UTF-8"]
    assert problems(tmp_path, "utf16") == ["utf16:1: is not UTF-8: save it as UTF-8"]
    assert problems(tmp_path, "large") == ["large: has more than 1 MiB: is this the right file?"]
    assert problems(tmp_path, "folder/none/x") == []


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_impossible_names(path: str, tmp_path: Path) -> None:
    """A name that no file can have is a missing file."""
    folder = Folder(tmp_path, Report())
    assert not folder.has(path)
    assert not folder.has_folder(path)
    assert folder.names(path) == []
    assert folder.projects(f"{path}/*") == []


def test_mark_and_line_ends(tmp_path: Path) -> None:
    """A byte order mark and Windows' line ends change nothing."""
    files = {
        "requirements.txt": "flask==3.1.2\r\n-r more.txt\r\n",
        "more.txt": "gunicorn==23.0.0 \\\r\n    ; python_version > '3'\r\n",
        "Procfile": "web: gunicorn app:app\r\n",
        "pyproject.toml": '[project]\r\nname = "shop"\r\nrequires-python = ">=3.12"\r\n',
        "runtime.txt": "python-3.13\r\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = application.read(tmp_path, Report())
    assert found.requirements is not None
    assert [one.name for one in found.requirements.dependencies] == ["flask", "gunicorn"]
    assert [one.command for one in found.processes] == ["gunicorn app:app"]
    assert found.project.name == "shop"
    assert [one.text for one in found.pins] == ["python-3.13"]


def test_all_problems_at_once(tmp_path: Path) -> None:
    """Problems of several files are reported in one run."""
    (tmp_path / "Procfile").write_text("web", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("a b\n-r c.txt\n", encoding="utf-8")
    (tmp_path / "uv.lock").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as error:
        application.read(tmp_path, Report())
    lines = str(error.value).splitlines()
    assert [line.partition(" ")[0] for line in lines] == [
        "uv.lock:1:",
        "requirements.txt:1:",
        "requirements.txt:2:",
        "Procfile:1:",
    ]
