"""Fixtures for the tests of `tagmatrix library`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from .world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Yield manifests and their sources; restore the garbage collector, which a run turns off."""
    monkeypatch.delenv("TAGMATRIX_LIBRARY", raising=False)
    yield make_world(tmp_path / "world")
    gc.enable()
