"""The cache of fetched bodies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tagmatrix.web import cache
from tagmatrix.web.cache import Cache, CacheEntry

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.org/a"
ENTRY = CacheEntry(b'{"a": 1}\nand more', '"etag"', "Mon, 01 Jan 2026 00:00:00 GMT")


def test_round_trip(tmp_path: Path) -> None:
    """The cache returns the same bytes, only for their address, and marks its folder."""
    kept = Cache(tmp_path / "a" / "b")
    kept.put(URL, ENTRY)
    assert kept.get(URL) == ENTRY
    assert kept.get(f"{URL}?b") is None
    tag = (tmp_path / "a" / "b" / "CACHEDIR.TAG").read_bytes()
    assert tag.startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")


def test_damage(tmp_path: Path) -> None:
    """A damaged file counts as absent."""
    kept = Cache(tmp_path)
    kept.put(URL, ENTRY)
    (file,) = tmp_path.glob("*.body")
    whole = file.read_bytes()
    for damaged in (whole[:-1], b"", b"{}\n", b"[]\nx", b"\xff\n", whole.replace(b'"a"', b'"b"')):
        file.write_bytes(damaged)
        assert kept.get(URL) is None


def test_it_cannot_be_written(tmp_path: Path) -> None:
    """A cache that can't be written is not a failure."""
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file")
    kept.put(URL, ENTRY)
    assert kept.get(URL) is None


def test_large_bodies_and_many(tmp_path: Path) -> None:
    """The cache keeps no large bodies, and deletes the oldest ones."""
    kept = Cache(tmp_path, most=3)
    kept.put(URL, CacheEntry(bytes(cache.LARGEST + 1)))
    assert kept.get(URL) is None
    for number in range(5):
        kept.put(f"{URL}{number}", ENTRY)
        for file in tmp_path.glob("*.body"):
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
    assert [kept.get(f"{URL}{number}") is not None for number in range(5)] == [
        *(False, False, True, True, True),
    ]
