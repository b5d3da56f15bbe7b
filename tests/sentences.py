"""Short sentences: `python -m tests.sentences` finds those of over 30 words in the documents.

It reads README.md and docs/. Code blocks, tables' rules, headings and link targets do not
count; each cell of a table and each item of a list is a text of its own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
MOST: Final = 30
"""The most words of a sentence."""
_FENCE: Final = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1", re.DOTALL | re.MULTILINE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE: Final = re.compile(r"`[^`]*`")
_LINK: Final = re.compile(r"\]\([^)]*\)")
_BLOCK: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)]|#+|>|\|)\s|^\s*$")
_CELL: Final = re.compile(r"(?<!\\)\|")
_END: Final = re.compile(r"(?<=[.!?])[\"')*_]*\s+|:\s*$")


def documents() -> list[Path]:
    """Return the documents that this check reads."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def texts(document: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs, list items and cells of a document, each with its line."""
    for pattern in (_FENCE, _COMMENT):
        document = pattern.sub(lambda found: "\n" * found[0].count("\n"), document)
    start, text = 1, ""
    for number, line in enumerate(document.splitlines(), 1):
        if _BLOCK.match(line):
            yield start, text
            start, text = number + (not line.strip()), ""
        if line.lstrip().startswith("|"):
            yield from ((number, cell) for cell in _CELL.split(line))
            start, text = number + 1, ""
        else:
            text = f"{text} {line.strip()}"
    yield start, text


def long_sentences(document: str) -> Iterator[tuple[int, int, str]]:
    """Yield each sentence of too many words: its line, its words, its text."""
    for line, text in texts(document):
        plain = _LINK.sub("]", _CODE.sub("code", text))
        for sentence in _END.split(plain):
            if (words := len(re.findall(r"\w[\w'\u2019-]*", sentence))) > MOST:
                yield line, words, " ".join(sentence.split())


def main() -> int:
    """Print the long sentences of all documents; return 1 if there are any."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words} words, at most {MOST}; make two sentences "
        f"of it: {sentence}"
        for path in documents()
        for line, words, sentence in long_sentences(path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found) or "no long sentences")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
