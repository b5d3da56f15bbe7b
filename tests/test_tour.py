"""The tour and other documents show what their commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tour import FILES, renewed

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


def test_only_marked_blocks_run(tmp_path: Path) -> None:
    """If a document marks blocks, the others stay as they are."""
    block = "```console\n$ echo a\nb\n```\n"
    text = f"{block}<!-- test: one -->\n{block}<!-- build: two -->\n{block}"
    want = f"{block}<!-- test: one -->\n{block.replace('b', 'a')}<!-- build: two -->\n{block}"
    assert renewed(text, tmp_path) == want


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_documents(file: Path, tmp_path: Path) -> None:
    """A document has the output that `make docs` writes."""
    text = file.read_text(encoding="utf-8")
    assert renewed(text, tmp_path) == text
