"""The tour shows what its commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tour import FILE, renewed

if TYPE_CHECKING:
    from pathlib import Path


def test_commands_run_in_order(tmp_path: Path) -> None:
    """The folder of a command is that of the one before; a failure shows its exit code."""
    text = "A\n\n```console\n$ mkdir a && cd a\n$ pwd | xargs basename\nold\n$ false\n```\n"
    want = text.replace("\nold\n", "\na\n").replace("false\n", "false\n(exit code 1)\n")
    assert renewed(text, tmp_path) == want


def test_long_outputs_are_shortened(tmp_path: Path) -> None:
    """A document shows the first lines."""
    lines = renewed("```console\n$ seq 100\n```\n", tmp_path).splitlines()
    assert (len(lines), lines[-2]) == (19, "…")


@pytest.mark.slow
def test_the_tour(tmp_path: Path) -> None:
    """docs/tour.md is what `make docs` writes."""
    text = FILE.read_text(encoding="utf-8")
    assert renewed(text, tmp_path) == text
