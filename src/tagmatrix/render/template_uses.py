"""Find the lines of templates that use a setting, or that name a variant."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import jinja2

from tagmatrix.layout import TEMPLATES
from tagmatrix.render.template_folder import MAX_TEMPLATE_BYTES
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


class TemplateUses:
    """The lines of all files in the folder of templates, with what they use."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """The texts of all files by their paths."""
        return {
            path.relative_to(self._root).as_posix(): read_bounded(path, MAX_TEMPLATE_BYTES).decode(
                errors="replace"
            )
            for path in sorted((self._root / TEMPLATES).rglob("*"))
            if path.is_file() and not path.is_symlink()
        }

    def setting(self, name: str) -> list[str]:
        """Return the places that use a setting: `templates/x.j2:3 (block to line 5)`."""
        name = re.escape(name)
        word = re.compile(rf"\bsettings(?:\.{name}\b|\[['\"]{name}['\"]\])")
        return [
            f"{path}:{number}" + (f" (block to line {ends[number]})" if number in ends else "")
            for path, text in self._texts.items()
            if word.search(text)
            for ends in [dict(_blocks(text, word))]
            for number in _lines(text, word)
        ]

    def quoted(self, words: Iterable[str]) -> list[str]:
        """Return the places that have one of these words in quotes, such as templates/x.j2:3."""
        literal = re.compile(rf"(['\"])(?:{'|'.join(map(re.escape, sorted(words)))})\1")
        return [
            f"{path}:{number}"
            for path, text in self._texts.items()
            for number in _lines(text, literal)
        ]


def _lines(text: str, word: re.Pattern[str]) -> list[int]:
    """Return the numbers of the lines that have a word."""
    return [number for number, line in enumerate(text.split("\n"), 1) if word.search(line)]


def _blocks(text: str, word: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield each line of an `if` tag that has a word, and the last line of its block."""
    opened: list[tuple[range, bool]] = []
    tag, begin = "", 0
    try:
        for line, token, part in jinja2.Environment(autoescape=False).lex(text):  # noqa: S701 (renders nothing)
            if token == "block_begin":  # noqa: S105 (a kind of token)
                tag, begin = "", line
            elif token != "block_end":  # noqa: S105 (a kind of token)
                tag += part
            elif re.match(r"\s*if\b", tag):
                opened.append((range(begin, line + 1), bool(word.search(tag))))
            elif re.match(r"\s*endif\b", tag) and opened:
                tags, found = opened.pop()
                yield from ((each, line) for each in tags if found and line > each)
    except jinja2.TemplateSyntaxError:
        return  # such a file is not a template, or generate reports it
