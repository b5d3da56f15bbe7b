"""Sentences of the documents are short."""

from __future__ import annotations

import pytest

from tests.sentences import MOST, documents, long_sentences, main

LONG = " ".join(["word"] * (MOST + 1))
SHORT = " ".join(["word"] * MOST)


def test_the_documents() -> None:
    """No sentence of README.md and docs/ is too long."""
    assert main() == 0


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG}.",
        f"One.\n\n- {LONG}",
        f"| a | {LONG} |",
        f"# {LONG}",
        f"{SHORT}\nmore.",
        f"> {SHORT} [more](x)",
    ],
)
def test_long(text: str) -> None:
    """It finds long sentences in paragraphs, items, cells, headings, and over several lines."""
    assert len([*long_sentences(text)]) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"{SHORT}. {SHORT}!",
        f"{SHORT}\n\n{SHORT}",
        f"- {SHORT}\n- {SHORT}",
        f"```\n{LONG}\n```",
        f"<!-- {LONG} -->",
        f"`{LONG}`",
        f"| {SHORT} | {SHORT} |",
        f"[{SHORT}](a-{LONG})",
    ],
)
def test_short(text: str) -> None:
    """Sentences, items and cells count each for itself; code and links' targets do not count."""
    assert [*long_sentences(text)] == []


def test_line() -> None:
    """The place is the line where the text begins."""
    assert [line for line, _, _ in long_sentences(f"# A\n\nB\n\n{LONG}\n")] == [5]


def test_all_documents_are_read() -> None:
    """README.md and the map of the documents are among them."""
    names = [path.name for path in documents()]
    assert names.count("README.md") == 2
    assert "commands.md" in names
