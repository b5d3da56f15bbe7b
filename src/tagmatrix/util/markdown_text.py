"""Texts of versions.yaml as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

# A backslash before punctuation makes it a plain character; `|` ends a cell of a table:
# https://github.github.com/gfm/#backslash-escapes and https://github.github.com/gfm/#tables-extension-
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~]|&(?=#?\w+;))")
# What makes a list or a line of the beginning of a text: `- a`, `1. a`, `---`.
_BLOCK: Final = re.compile(r"(\d{0,9})([-+.)])(?=\s|$|-+$)")
_LINK_ENDS: Final = re.compile(r"[()<>`\\\s]")
# `&copy;` would become another character.
_REFERENCE: Final = re.compile(r"(&#?\w+);")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    r"""Return a text with Markdown's special characters escaped; line breaks become spaces.

    >>> plain("a | b_c")
    'a \\| b\\_c'
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    if begun := _BLOCK.match(line):
        line = rf"{begun[1]}\{line[begun.start(2) :]}"
    return line


def code(text: str) -> str:
    """Return a name as code; it must not contain a backtick (tags and folders never do)."""
    return f"`{text}`"


def link(address: str) -> str:
    """Return an address for a link, with the characters encoded that would end or change the link.

    >>> link("https://example.org/a_(b) <c>")
    'https://example.org/a_%28b%29%20%3Cc%3E'
    """
    encoded = _LINK_ENDS.sub(lambda sign: quote(sign[0], safe=""), address)
    return _REFERENCE.sub(r"\1%3B", encoded)


def codes(texts: Iterable[str]) -> str:
    """Return names as code, separated by commas.

    >>> codes(["3", "latest"])
    '`3`, `latest`'
    """
    return ", ".join(map(code, texts))


def tidy(text: str) -> str:
    r"""Return a document without repeated blank lines, and with one line break at its end.

    >>> tidy("a\n\n\n\nb\n\n")
    'a\n\nb\n'
    """
    return _BLANK_LINES.sub("\n\n", text).strip("\n") + "\n"
