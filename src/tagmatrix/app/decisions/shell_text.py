"""The text of a shell command: its simple commands, and the operators between them."""

from __future__ import annotations

import re
from typing import Final

ASSIGNMENT: Final = r"""[A-Za-z_][A-Za-z0-9_]*=(?:[^\s'"]|'[^']*'|"[^"]*")*"""
# Quoted texts and redirections such as `2>&1` come first: their operators are none.
_TOKEN: Final = re.compile(
    r"""\\.|'[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`|[<>]&|&>|[()]|(?P<operator>&&|\|\||[;&|])""",
    re.DOTALL,
)


def parts(text: str) -> list[tuple[str, str]]:
    """Return the simple commands of a text, each with the operator after it."""
    parts: list[tuple[str, str]] = []
    depth = start = 0
    for match in _TOKEN.finditer(text):
        text_ = match[0]
        if text_ in {"(", ")"}:
            depth += 1 if text_ == "(" else -1
        elif match["operator"] and depth == 0:
            parts.append((text[start : match.start()], text_))
            start = match.end()
    return [*parts, (text[start:], "")]
