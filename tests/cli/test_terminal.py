"""Results on a terminal and on a pipe."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

MANIFEST: Final = (
    "Maintainers: A\x1b]0;x\x07\u202e (@a)\nGitRepo: https://example.org/a\x1b[2J.git\n\n"
    f"Tags: 1\nGitCommit: {'ab' * 20}\nDirectory: a\u2066\x9b\n"
)


def on_terminal(folder: Path, *args: str) -> str:
    """Return what a command prints on a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tagmatrix", "-C", str(folder), *args]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        found = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            found += more
        os.close(ours)
        assert process.wait() == 0
    return found.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "args",
    [
        ("library", "cat", "./m"),
        ("library", "cat", "./m", "--format", "json"),
        ("library", "show", "./m:1"),
        ("library", "show", "./m:1", "--format", "json"),
    ],
)
def test_terminals_get_no_controls(tmp_path: Path, args: tuple[str, ...]) -> None:
    """Controls and bidi controls of a manifest are escaped on a terminal, in every format."""
    (tmp_path / "m").write_text(MANIFEST)
    text = on_terminal(tmp_path, *args)
    assert "Directory" in text or "Dockerfile" in text
    assert text.replace("\n", "").isprintable()


def test_pipes_get_the_bytes(tmp_path: Path) -> None:
    """`cat` prints a manifest unchanged on a pipe."""
    (tmp_path / "m").write_text(MANIFEST)
    command = [sys.executable, "-m", "tagmatrix", "-C", str(tmp_path), "library", "cat", "./m"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == MANIFEST


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_full_device(option: str) -> None:
    """What cannot be printed is an error with exit code 2, also for help."""
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "tagmatrix", option]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"cannot write the output" in done.stderr
