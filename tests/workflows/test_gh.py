"""The replacement for gh refuses the same input as gh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.workflows import gh

if TYPE_CHECKING:
    from pathlib import Path


def run(tmp_path: Path, *args: str, signed_in: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the replacement."""
    return subprocess.run(
        [sys.executable, str(gh.__file__), *args],
        env={
            "GH_STATE": str(tmp_path / "state"),
            "GH_REMOTE": str(tmp_path),
            "GH_TOKEN": "t" if signed_in else "",
        }
        | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "args",
    [
        ("pr", "list", "--heads", "x", "--json", "number"),
        ("pr", "list", "--head", "x", "--json", "numbers"),
        ("pr", "list", "--head", "me:x", "--json", "number"),
        ("pr", "open"),
        ("pr", "edit", "7", "--title", "x"),
        ("issue", "close", "7"),
        ("issue", "lock", "7"),
        ("pr", "create", "--head", "nowhere", "--base", "main", "--title", "x", "--body-file", "-"),
    ],
)
def test_refuses(tmp_path: Path, args: tuple[str, ...]) -> None:
    """An unknown flag, field, number or branch is an error."""
    done = run(tmp_path, *args)
    assert done.returncode == 1
    assert done.stdout == ""


def test_token(tmp_path: Path) -> None:
    """Without a token it fails."""
    assert run(tmp_path, "issue", "list", "--json", "number", signed_in=False).returncode == 1
    assert run(tmp_path, "issue", "list", "--json", "number").stdout == "[]"


@pytest.mark.skipif(shutil.which("gh") is None, reason="there is no gh to compare with")
def test_flags() -> None:
    """Each of its flags is in the help of the real gh."""
    for command, flags in gh.FLAGS.items():
        done = subprocess.run(["gh", *command.split(), "--help"], capture_output=True, check=False)
        words = done.stdout.decode().split()
        assert command == "auth git-credential" or "USAGE" in words
        assert set(flags) <= {word.rstrip(",") for word in words}
