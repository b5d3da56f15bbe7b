"""Patterns with placeholders, such as `slim-{suite}`."""

from __future__ import annotations

import re
from typing import Final

HOLE: Final = r"\{[a-z][a-z0-9_]*\}"
"""A placeholder. `checks.placeholders` says which ones a value may have."""
_NAMED: Final = re.compile(r"\{(\w+)\}")


def fill(pattern: str, **words: str) -> str:
    """Replace {suite} and similar names; a name without a value stays.

    >>> fill("{suite}-{php}", suite="trixie")
    'trixie-{php}'
    """
    if "{" not in pattern:
        return pattern
    return _NAMED.sub(lambda match: words.get(match[1], match[0]), pattern)


def holes(pattern: str) -> list[str]:
    """Return the names of the placeholders of a pattern.

    >>> holes("php{php}-{suite}")
    ['php', 'suite']
    """
    return _NAMED.findall(pattern)
