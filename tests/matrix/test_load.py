"""Loading versions.yaml, with what an earlier run has kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix import config
from tagmatrix.matrix.load import Loaded, load_all, odd, parse
from tagmatrix.problems import ConfigError
from tagmatrix.util import kept_values, private_cache
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path(__file__).parents[1]
FILES = [path for name in ("fixtures", "images") for path in TESTS.glob(f"{name}/*/versions.yaml")]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep values in a folder that does not exist yet."""
    monkeypatch.setattr(private_cache, "folder", tmp_path / "private")
    return tmp_path / "private"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a versions.yaml."""
    (tmp_path / "versions.yaml").write_text(VERSIONS)
    return tmp_path


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}")
@pytest.mark.usefixtures("cache")
def test_the_same_comes_back(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later run has the same records, with their places, without reading YAML."""
    first = load_all(file.parent)
    monkeypatch.setattr(config, "parse", None)
    again = load_all(file.parent)
    assert again == first
    assert again.config is not first.config
    assert (again.config.places, again.config.keys) == (first.config.places, first.config.keys)


def test_another_text(cache: Path, root: Path) -> None:
    """Each text has its own value, with what is odd in it."""
    plain = load_all(root)
    (root / "versions.yaml").write_text(VERSIONS.replace("image: sample", "image: other"))
    other = load_all(root)
    assert (plain.config.image, other.config.image) == ("sample", "other")
    assert plain.digest != other.digest
    (root / "versions.yaml").write_text(VERSIONS)
    assert load_all(root) == plain
    made = parse(VERSIONS)
    assert plain == Loaded(*made, tuple(odd(*made)), plain.digest)
    assert len([*cache.iterdir()]) == 2


def test_errors_are_not_kept(cache: Path, root: Path) -> None:
    """A text with errors is read again, so that they have their places."""
    (root / "versions.yaml").write_text("image: 1\n")
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"versions\.yaml:1:"):
            load_all(root)
    assert not cache.exists()


def _damage(file: Path) -> None:
    file.write_bytes(b"poison")


def _of_others(file: Path) -> None:
    file.parent.chmod(0o777)


def _another(file: Path) -> None:
    """Put a value of another key in its place."""
    kept_values.put("matrix", b"x", b"x", "poison")
    (other,) = (path for path in file.parent.iterdir() if path != file)
    other.rename(file)


@pytest.mark.parametrize("change", [_damage, _of_others, _another, Path.unlink])
def test_poison(cache: Path, root: Path, change: Callable[[Path], None]) -> None:
    """Files that are damaged, of another key, missing, or open to others change nothing."""
    first = load_all(root)
    (kept,) = cache.iterdir()
    change(kept)
    assert load_all(root) == first
