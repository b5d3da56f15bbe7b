"""Values that an earlier run has computed."""

from __future__ import annotations

import os
import tracemalloc
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from tagmatrix.util import kept_values, private_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep values in a folder that does not exist yet."""
    monkeypatch.setattr(private_cache, "folder", tmp_path / "private")
    return tmp_path / "private"


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the code be a package with a module and a folder."""
    package = tmp_path / "packages" / "computing"
    (package / "inner").mkdir(parents=True)
    (package / "__pycache__").mkdir()
    (package / "inner" / "x.py").write_text("a = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.setattr(kept_values, "PACKAGES", ("computing",))
    kept_values.code.cache_clear()
    yield package
    kept_values.code.cache_clear()


def test_round_trip(folder: Path) -> None:
    """A value comes back for its key only, read-only mappings too; a place has one value."""
    value = (MappingProxyType({"a": MappingProxyType({"b": (1,)})}), b"c")
    kept_values.put("kind", b"place", b"key", value)
    assert kept_values.get("kind", b"place", b"key") == value
    assert kept_values.latest("kind", b"place") == (b"key", value)
    assert kept_values.get("kind", b"place", b"other") is None
    assert kept_values.get("kind", b"elsewhere", b"key") is None
    assert kept_values.get("other", b"place", b"key") is None
    kept_values.put("kind", b"place", b"other", 1)
    assert kept_values.latest("kind", b"place") == (b"other", 1)
    assert len([*folder.iterdir()]) == 1


def test_memory(folder: Path) -> None:
    """To keep a value takes much less memory than the value."""
    value = [bytes([number]) * 10_000 for number in range(256)]
    kept_values.put("kind", b"place", b"key", None)
    tracemalloc.start()
    try:
        kept_values.put("kind", b"place", b"key", value)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
    assert kept_values.get("kind", b"place", b"key") == value
    assert [*folder.iterdir()]


def test_nothing_is_kept_by_itself(tmp_path: Path) -> None:
    """Without a folder nothing is written or read."""
    kept_values.put("kind", b"place", b"key", 1)
    assert kept_values.latest("kind", b"place") is None
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("content", [b"", b"x", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_damage(folder: Path, content: bytes) -> None:
    """What can't be read as a value counts as absent."""
    kept_values.put("kind", b"place", b"key", 1)
    (kept,) = folder.iterdir()
    private_cache.put(kept.name, content)
    assert private_cache.get(kept.name) == content
    assert kept_values.latest("kind", b"place") is None


def test_other_code(folder: Path, code: Path) -> None:
    """A value counts only for the code that computed it, whatever file of it changes."""

    def lost() -> bool:
        """Return whether a new run does not find the value; keep it again."""
        kept_values.code.cache_clear()
        found = kept_values.latest("kind", b"place")
        kept_values.put("kind", b"place", b"key", 1)
        return found is None

    module = code / "inner" / "x.py"
    assert lost()
    assert not lost()
    (code / "__pycache__" / "x.pyc").write_text("")
    assert not lost()
    os.utime(module, ns=(0, 0))
    assert lost()
    module.write_text("a = 22\n")
    os.utime(module, ns=(0, 0))
    assert lost()
    (code / "page.j2").write_text("")
    assert lost()
    assert not lost()
    assert folder.is_dir()
