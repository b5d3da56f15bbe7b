"""Run blocks of docs/app.md exactly as they are written.

tests/e2e/test_applications.py runs those that build an image, and those that they need. The outputs
of the others are renewed, and compared, by tests/tour.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "app.md"
BLOCK: Final = re.compile(r"<!-- (test|build): (.*?) -->\n```console\n(.*?)```\n", re.DOTALL)
BLOCKS: Final = {
    name: (kind, text) for kind, name, text in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
}


def run(script: str, folder: Path, variables: Mapping[str, str]) -> str:
    """Run a script with a bash that stops at the first failure; return its output."""
    path = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(**{"PATH": path, **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def commands(name: str) -> list[tuple[str, str]]:
    """Return the commands of a block, each with the output that is shown."""
    parts = re.split(r"^\$ ", BLOCKS[name][1], flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def follow(names: list[str], folder: Path, variables: Mapping[str, str] | None = None) -> None:
    """Run blocks one after the other; what they print must have the lines that are shown."""
    variables = variables or {}
    for name in names:
        for command, expected in commands(name):
            if command.startswith("mkdir"):
                run(command, folder, variables)
                folder /= "hello"
                continue
            printed = run(command, folder, variables)
            missing = [line for line in expected.splitlines() if line not in printed.splitlines()]
            assert missing == [], (command, printed)


def test_all_blocks() -> None:
    """Every block with commands but the list at the top is marked, so that a test runs it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("```console\n") == len(BLOCKS) + 1
