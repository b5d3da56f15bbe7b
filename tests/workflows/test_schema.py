"""The workflows match the schema of workflows in check-jsonschema."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.workflows import files

if TYPE_CHECKING:
    from pathlib import Path


def check(schema: str, *paths: Path) -> tuple[int, str]:
    """Return the exit code and the output of check-jsonschema."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        schema,
        "--color=never",
    ]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_all_are_looked_at() -> None:
    """These tests check every workflow."""
    assert sorted(path.name for path in files.FOLDER.iterdir()) == sorted(
        (*files.NAMES, *files.REUSABLE)
    )


@pytest.mark.slow
def test_workflows() -> None:
    """All workflows match the schema."""
    code, said = check(
        "vendor.github-workflows",
        *(files.FOLDER / name for name in files.EVERY),
    )
    assert code == 0, said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("runs-on: ubuntu-latest", "run-on: ubuntu-latest"),
        ("timeout-minutes: 15", "timeout-minutes: soon"),
        ("contents: read", "contents: maybe"),
        ("jobs:", "job:"),
    ],
)
def test_can_fail(tmp_path: Path, old: str, new: str) -> None:
    """A workflow that does not match is found."""
    text = files.text("ci.yml")
    assert old in text
    (tmp_path / "ci.yml").write_text(text.replace(old, new))
    code, said = check("vendor.github-workflows", tmp_path / "ci.yml")
    assert code == 1, said
