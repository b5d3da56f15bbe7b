"""Words of versions.yaml as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~]|&(?=#?\w+;))")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    r"""Return a text in which nothing is Markdown; line breaks become spaces.

    >>> plain("a | b_c")
    'a \\| b\\_c'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """Return a name as code; it holds no backtick, as tags and folders never do."""
    return f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    """Return names as code, with commas.

    >>> codes(["3", "latest"])
    '`3`, `latest`'
    """
    return ", ".join(map(code, texts))


def tidy(text: str) -> str:
    r"""Return a document with no blank line beside another, and one line break at its end.

    >>> tidy("a\n\n\n\nb\n\n")
    'a\n\nb\n'
    """
    return _BLANK_LINES.sub("\n\n", text).strip("\n") + "\n"
