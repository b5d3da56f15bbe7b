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


def with_version(pattern: str, version: str) -> str:
    """Return a pattern with {version} for a version, where it is not a part of another one.

    >>> with_version("refs/tags/go1.25.1", "1.25.1"), with_version("refs/tags/v1.25.10", "1.25.1")
    ('refs/tags/go{version}', 'refs/tags/v1.25.10')
    """
    if not version or version not in pattern:
        return pattern
    return re.sub(rf"(?<![0-9.]){re.escape(version)}(?!\w|\.[0-9])", "{version}", pattern)


def holes(pattern: str) -> list[str]:
    """Return the names of the placeholders of a pattern.

    >>> holes("php{php}-{suite}")
    ['php', 'suite']
    """
    return _NAMED.findall(pattern)
