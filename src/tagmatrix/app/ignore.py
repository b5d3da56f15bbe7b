"""Docker's patterns of .dockerignore: whether they hide a path of the build context.

https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def patterns(text: str) -> tuple[str, ...]:
    """Return the patterns of a file: without comments and empty lines."""
    lines = (line.strip() for line in text.splitlines() if not line.startswith("#"))
    return tuple(line for line in lines if line)


def hides(patterns: Sequence[str], path: str) -> bool:
    """Return whether patterns hide a path; the last one that matches it decides.

    >>> hides(("*.md", "!README.md"), "README.md"), hides(("docs",), "docs/a.txt")
    (False, True)
    """
    hidden = False
    for pattern in patterns:
        exception = pattern.startswith("!")
        if hidden == exception and _expression(pattern.removeprefix("!")).fullmatch(path):
            hidden = not exception
    return hidden


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """Return the expression of a pattern; it also matches everything below."""
    text = posixpath.normpath(pattern.strip()).lstrip("/")
    parts = []
    position = 0
    while position < len(text):
        character = text[position]
        if text.startswith("**", position):
            position += 2
            if text.startswith("/", position):
                position += 1
                parts.append("(?:.*/)?")
            else:
                parts.append(".*")
            continue
        if character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[" and (end := text.find("]", position + 2)) > 0:
            inner = text[position + 1 : end].replace("\\", r"\\")
            parts.append(f"[{inner}]" if inner.strip("^-") else re.escape(text[position : end + 1]))
            position = end
        elif character == "\\" and position + 1 < len(text):
            position += 1
            parts.append(re.escape(text[position]))
        else:
            parts.append(re.escape(character))
        position += 1
    try:
        return re.compile("".join(parts) + "(?:/.*)?", re.DOTALL)
    except re.error:
        return re.compile(re.escape(text))
