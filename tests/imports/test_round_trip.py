"""Families of the tests, generated, imported and generated again: the Dockerfiles are the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tagmatrix.cli import main
from tagmatrix.header import without_header
from tests.repos import make_repo

FIXTURES = Path(__file__).parents[1] / "fixtures"
FAST = "broker"
ALL = sorted(path.parent.name for path in FIXTURES.glob("*/versions.yaml"))


def is_same(folder: Path, name: str) -> bool:
    """Generate a family, import the result with its Dockerfiles, generate that, and compare."""
    old, new = folder / "old", folder / "new"
    shutil.copytree(FIXTURES / name, old)
    make_repo(old).commit()
    assert main(["-C", str(old), "-q", "generate", "--commit"]) == 0
    (manifest,) = (path.with_suffix("") for path in old.glob("*/*.json"))
    make_repo(new)
    arguments = ["--checkout", str(old), "--output", str(new)]
    assert main(["-C", str(old), "import", str(manifest), *arguments]) == 0
    assert main(["-C", str(new), "-q", "generate"]) == 0
    made = [path for path in old.rglob("*") if _is_generated(path)]
    return bool(made) and all(
        without_header(path.read_text())
        == without_header((new / path.relative_to(old)).read_text())
        for path in made
    )


def _is_generated(path: Path) -> bool:
    """Return whether a file is in the folder of an image: a Dockerfile, or a file beside it."""
    return path.is_file() and any(path.parent.glob("Dockerfile*")) and path.suffix != ".j2"


def test_a_family(tmp_path: Path) -> None:
    """A family whose images are built from each other comes out again."""
    assert is_same(tmp_path, FAST)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*ALL} - {FAST}))
def test_all_families(tmp_path: Path, name: str) -> None:
    """So does each other family."""
    assert is_same(tmp_path, name)
