"""Fixtures for the tests of `tagmatrix library`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.projects import copy
from tests.repos import TestRepo

from .world import World, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def committed_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return manifests and their sources; tests copy them and never change them."""
    return make_world(tmp_path_factory.mktemp("world") / "world")


@pytest.fixture
def world(
    tmp_path: Path, committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Yield manifests and their sources; restore the garbage collector, which a run turns off."""
    monkeypatch.delenv("TAGMATRIX_LIBRARY", raising=False)
    yield World(TestRepo(copy(committed_world.path, tmp_path / "world")))
    gc.enable()
