"""Plain English: `python -m tests.english` finds the words that CONTRIBUTING.md replaces.

It reads every tracked text file: documents, templates, workflows and settings as a whole, and
comments, texts and names in Python code. The word list is the left column of the table in
CONTRIBUTING.md. It does not read generated files, locks, and files of other projects.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT: Final = Path(__file__).parents[1]
WORD_LIST: Final = "CONTRIBUTING.md"
TABLE: Final = re.compile(r"<!-- begin word list -->(.*?)<!-- end word list -->", re.DOTALL)
LEFT_OUT: Final = (
    "library/",
    "LICENSE",
    "requirements.lock",
    "tests/data/",
    "tests/golden/",
    "tests/test_english.py",  # it has the words in its cases
    "tests/workflows/package-lock.json",
    "tests/site/browser/package-lock.json",
)
_GAP: Final = r"(?:\s|[#*>]|//)+"  # a line break within a comment, a quotation or a list


class Text(NamedTuple):
    """A piece of prose, and the line where it begins."""

    line: int
    text: str


def word_list(document: str) -> list[str]:
    """Return the phrases of the left column of the table in a document."""
    table = TABLE.search(document)
    if table is None:
        raise ValueError(f"{WORD_LIST} has no word list")
    rows = [row for row in table[1].strip().splitlines() if row.startswith("|")][2:]
    return [phrase.strip() for row in rows for phrase in row.split("|")[1].split(",")]


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return what matches one of the phrases as whole words, in any case, across line breaks.

    X is any word but "longer". A phrase with a capital matches only with it, or at the beginning
    of a name. A phrase after "there" does not match: that there is no tag is plain English.
    """
    words = (_GAP.join(map(_word, phrase.split())) for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?<!there )(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)


def _word(word: str) -> str:
    if word == "X":
        return r"(?!longer\b)[\w`'\"…-]+"
    if word[0].isupper():
        return rf"(?:(?-i:{word})|(?<=\Atest ){word}|\A{word}(?= ))"
    return re.escape(word)


def comments(source: str) -> Iterator[Text]:
    """Yield the comments of Python code; neighbouring lines are one text."""
    last = 0
    block: list[str] = []
    start = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if block and line != last + 1:
            yield Text(start, "\n".join(block))
            block = []
        start = start if block else line
        block.append(token.string)
        last = line
    if block:
        yield Text(start, "\n".join(block))


def names(source: str) -> Iterator[Text]:
    """Yield the names in Python code, as words: `test_a_word` is "test a word"."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield Text(token.start[0], token.string.replace("_", " "))


def strings(source: str) -> Iterator[Text]:
    """Yield the docstrings and all other strings of Python code."""
    inside: set[ast.AST] = set()  # the constants of an f-string, which counts as one text
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            inside.update(node.values)
            parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
            yield Text(node.lineno, "".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and node not in inside:
            if isinstance(node.value, str):
                yield Text(node.lineno, node.value)
            elif isinstance(node.value, bytes):
                yield Text(node.lineno, node.value.decode(errors="replace"))


def texts(path: str, content: str) -> list[Text]:
    """Return the prose of a file."""
    if path.startswith(LEFT_OUT) or "\0" in content:
        return []
    if path.endswith(".py"):
        return [*comments(content), *strings(content), *names(content)]
    if path == WORD_LIST:
        content = TABLE.sub(lambda table: "\n" * table[0].count("\n"), content)
    return [Text(1, content)]


def findings(path: str, content: str, wrong: re.Pattern[str]) -> Iterator[str]:
    """Yield a line for each phrase that the list replaces."""
    for text in texts(path, content):
        for match in wrong.finditer(text.text):
            line = text.line + text.text.count("\n", 0, match.start())
            yield f"{path}:{line}: {' '.join(match[0].split())!r}: see the word list in {WORD_LIST}"


def main() -> int:
    """Print all findings of the tracked files; return 1 if there are any."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    wrong = pattern(word_list((ROOT / WORD_LIST).read_text(encoding="utf-8")))
    found = sorted(
        {
            finding
            for path in filter(None, listed.split("\0"))
            if (ROOT / path).is_file()
            for finding in findings(path, (ROOT / path).read_text("utf-8", "replace"), wrong)
        }
    )
    print("\n".join(found) or "plain English: no finding")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
