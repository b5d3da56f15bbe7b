"""Comments of Dockerfiles are true where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.mutants import Mutation, render

if TYPE_CHECKING:
    from pathlib import Path

SLOWER = Mutation(
    "no PGO on Debian",
    "versions.yaml",
    "    unless: {flavors: [alpine]}\n    why: Profile",
    '    when: {cycles: "<3.0"}\n    why: Profile',
)


def test_without_pgo(tmp_path: Path) -> None:
    """Only on musl some tests of PGO fail, so only Alpine's files say that, also without PGO."""
    render(SLOWER, tmp_path / "project")
    found = {
        file.parent.name: "No --enable-optimizations" in file.read_text()
        for file in (tmp_path / "project" / "library").glob("3.14/**/Dockerfile")
    }
    assert {name for name, said in found.items() if said} == {"alpine3.23", "alpine3.24"}
    assert len(found) == 8
