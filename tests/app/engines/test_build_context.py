"""The build context is the same for the same files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tagmatrix.app.engines import build_context
from tagmatrix.dockerfile.ignore import ignore_rules
from tagmatrix.errors import InputError
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

RULES = ignore_rules("*.log\nvenv\ndata\n!data/keep\n")


def sample(folder: Path, time: int, mode: int) -> Path:
    """Write an application whose files have a time and a mode."""
    for path in ("app.py", "run.sh", "a.log", "venv/x", "data/keep", "data/other", "pkg/a b.py"):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path, encoding="utf-8")
        file.chmod(mode | (0o111 if path == "run.sh" else 0))
        os.utime(file, (time, time))
    (folder / "link").symlink_to("app.py")
    return folder


def listing(folder: Path) -> list[tuple[str, int, float]]:
    """Return path, mode and time of everything in a folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found.append((str(path.relative_to(folder)), status.st_mode, status.st_mtime))
    return found


def test_same_context(tmp_path: Path) -> None:
    """Two copies with other times and modes give the same context, without hidden files."""
    listings = []
    for name, time, mode in (("a", 1_000, 0o600), ("b", 2_000, 0o666)):
        folder = sample(tmp_path / name, time, mode)
        target = tmp_path / f"{name}-context"
        build_context.stage(folder, target, RULES)
        build_context.fix_times(target, 500)
        listings.append(listing(target))
    assert listings[0] == listings[1]
    names = [path for path, _, _ in listings[0]]
    assert names == ["app.py", "data", "data/keep", "link", "pkg", "pkg/a b.py", "run.sh"]


def test_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The date is the variable's, the newest commit's, or the newest file's."""
    monkeypatch.delenv(build_context.VARIABLE, raising=False)
    repo = make_repo(tmp_path / "repo")
    file = repo.write("app.py", "")
    repo.commit("One")
    assert build_context.epoch(repo.path, [file]) == 1767323045
    file.write_text("changed", encoding="utf-8")
    os.utime(file, (1234, 1234))
    assert build_context.epoch(repo.path, [file]) == 1234
    monkeypatch.setenv(build_context.VARIABLE, "99")
    assert build_context.epoch(repo.path, [file]) == 99
    monkeypatch.setenv(build_context.VARIABLE, "x")
    with pytest.raises(InputError, match="invalid number"):
        build_context.epoch(repo.path, [file])


def test_deep_folders(tmp_path: Path) -> None:
    """Folders that are nested too deeply are refused, unless they are hidden."""
    deep = tmp_path / "app" / "data" / "/".join(["a"] * 150)
    deep.mkdir(parents=True)
    with pytest.raises(InputError, match="is nested too deeply"):
        build_context.stage(tmp_path / "app", tmp_path / "one", ())
    assert build_context.stage(tmp_path / "app", tmp_path / "two", ignore_rules("data\n")) == []


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that can't be read is an error with its name."""
    with pytest.raises(InputError, match="none: No such file or directory"):
        build_context.stage(tmp_path / "none", tmp_path / "context", ())
