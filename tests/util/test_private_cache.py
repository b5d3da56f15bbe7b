"""Files in the user's cache that only the user can write."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from typing import TYPE_CHECKING

import pytest

from tagmatrix.util import private_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HASH = f"-{'0' * 64}"
"""The end of a file's name."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep files in a folder that does not exist yet."""
    monkeypatch.setattr(private_cache, "folder", tmp_path / "a" / "templates")
    return tmp_path / "a" / "templates"


@contextlib.contextmanager
def full(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_round_trip(folder: Path) -> None:
    """A file comes back, and others can read neither it nor its folder."""
    assert private_cache.get("x") is None
    private_cache.put("x", b"1")
    private_cache.put("x", b"2")
    assert private_cache.get("x") == b"2"
    assert private_cache.get("y") is None
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / "x")]
    assert modes == [0o700, 0o600]


def test_nothing_is_kept_by_itself(tmp_path: Path) -> None:
    """Without a folder nothing is written or read."""
    assert private_cache.folder is None
    private_cache.put("x", b"1")
    assert private_cache.get("x") is None
    assert not [*tmp_path.iterdir()]


def test_damage(folder: Path) -> None:
    """A file that is cut off, changed or another's counts as absent."""
    private_cache.put("x", b"text")
    whole = (folder / "x").read_bytes()
    for damaged in (b"", whole[:-1], whole[:10], whole + b"x", whole.replace(b"text", b"next")):
        (folder / "x").write_bytes(damaged)
        assert private_cache.get("x") is None
    (folder / "y").write_bytes(whole)
    assert private_cache.get("y") is None


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777, 0o1777])
def test_others_can_write_the_folder(folder: Path, mode: int) -> None:
    """A folder that others can write is neither believed nor used."""
    private_cache.put("x", b"1")
    folder.chmod(mode)
    assert private_cache.get("x") is None
    private_cache.put("y", b"1")
    assert [path.name for path in folder.iterdir()] == ["x"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_folder_of_another_user(folder: Path) -> None:
    """A folder of another user is not believed."""
    private_cache.put("x", b"1")
    os.chown(folder, 12345, -1)
    assert private_cache.get("x") is None


@pytest.mark.parametrize("mode", [0o660, 0o602, 0o666])
def test_others_can_write_a_file(folder: Path, mode: int) -> None:
    """A file that others can write is not believed, and is replaced by the next one."""
    private_cache.put("x", b"1")
    (folder / "x").chmod(mode)
    assert private_cache.get("x") is None
    private_cache.put("x", b"2")
    assert private_cache.get("x") == b"2"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_file_of_another_user(folder: Path) -> None:
    """A file that another user left while the folder was open is not believed."""
    private_cache.put("x", b"1")
    os.chown(folder / "x", 12345, -1)
    assert private_cache.get("x") is None


def test_a_second_link(folder: Path, tmp_path: Path) -> None:
    """A file that another folder has too is not believed."""
    private_cache.put("x", b"1")
    (tmp_path / "second").hardlink_to(folder / "x")
    assert private_cache.get("x") is None


def test_links(folder: Path, tmp_path: Path) -> None:
    """Neither the folder nor a file may be a link; a file may be neither a pipe nor a folder."""
    private_cache.put("x", b"1")
    (folder / "x").rename(tmp_path / "x")
    (folder / "x").symlink_to(tmp_path / "x")
    os.mkfifo(folder / "pipe")
    (folder / "in").mkdir()
    assert [private_cache.get(name) for name in ("x", "pipe", "in")] == [None] * 3
    private_cache.put("x", b"2")
    assert private_cache.get("x") == b"2"
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert private_cache.get("x") is None


def test_it_cannot_be_written(folder: Path) -> None:
    """A folder that can't be made, a full disk, and a file in the way are not failures."""
    private_cache.put("x", b"1")
    with full(20):
        private_cache.put("y", bytes(100))
    assert [path.name for path in folder.iterdir()] == ["x"]
    (folder / "z").mkdir()
    private_cache.put("z", b"1")
    assert sorted(path.name.removesuffix(HASH) for path in folder.iterdir()) == ["x", "z"]
    folder.rename(folder.parent / "b")
    folder.write_text("")
    private_cache.put("x", b"1")
    assert private_cache.get("x") is None


def test_large_contents_and_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing large is kept, and the oldest files are deleted, leftovers of killed runs too."""
    monkeypatch.setattr(private_cache, "MOST", 3)
    private_cache.put("large", bytes(private_cache.LARGEST + 1))
    assert private_cache.get("large") is None
    for number in range(5):
        private_cache.put(f"{number}{HASH}", b"x")
        for file in folder.iterdir():
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
    assert sorted(path.name.removesuffix(HASH) for path in folder.iterdir()) == ["2", "3", "4"]


def test_all_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest files are deleted if all together are too large."""
    monkeypatch.setattr(private_cache, "MOST_BYTES", 3 * 1032)
    for number in range(4):
        private_cache.put(f"{number}{HASH}", bytes(1000))
        for file in folder.iterdir():
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
    assert sorted(path.name.removesuffix(HASH) for path in folder.iterdir()) == ["1", "2", "3"]


def test_a_clock_that_was_ahead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file just written stays; files from the future are deleted first, then the oldest."""
    monkeypatch.setattr(private_cache, "MOST", 3)
    for name, offset in (("old", -20), ("new", -10), ("ahead", 3600), ("far ahead", 7200)):
        private_cache.put(f"{name}{HASH}", b"x")
        there = time.time_ns() + offset * 10**9
        os.utime(folder / f"{name}{HASH}", ns=(there, there))
    private_cache.put(f"x{HASH}", b"x")
    assert sorted(path.name.removesuffix(HASH) for path in folder.iterdir()) == ["new", "old", "x"]
    private_cache.put(f"y{HASH}", b"x")
    assert sorted(path.name.removesuffix(HASH) for path in folder.iterdir()) == ["new", "x", "y"]


def test_files_of_others_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only files that tagmatrix has written are deleted; a folder stops nothing."""
    monkeypatch.setattr(private_cache, "MOST", 1)
    folder.mkdir(mode=0o700, parents=True)
    (folder / "folder").mkdir()
    others = [folder / f"letter{number}" for number in range(5)]
    for other in others:
        other.write_text("mine")
    leftover = folder / f"{'0' * 16}.new"
    leftover.write_text("half")
    os.utime(leftover, (0, 0))
    for name in ("x", "y"):
        private_cache.put(f"{name}{HASH}", b"1")
        os.utime(folder / f"{name}{HASH}", (0, 0))
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["folder", *(other.name for other in others), f"y{HASH}"]


def test_a_link_to_another_folder(tmp_path: Path) -> None:
    """Nothing is kept behind a link, which may lead to a folder with other files."""
    (tmp_path / "home" / "private").mkdir(parents=True)
    (tmp_path / "caches").mkdir()
    (tmp_path / "caches" / "tagmatrix").symlink_to(tmp_path / "home")
    assert not private_cache.is_possible(tmp_path / "caches" / "tagmatrix" / "private")
    assert private_cache.is_possible(tmp_path / "home" / "private")


def test_parts_of_a_digest() -> None:
    """The same bytes in other parts have another digest."""
    assert private_cache.digest(b"ab", b"c") == private_cache.digest(b"ab", b"c")
    assert private_cache.digest(b"ab", b"c") != private_cache.digest(b"a", b"bc")
    assert private_cache.digest() != private_cache.digest(b"")
