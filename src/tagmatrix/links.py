"""Addresses of files in a repository, for forges whose addresses are known."""

from __future__ import annotations

import functools
import re
from typing import Final
from urllib.parse import quote

_FORGES: Final = {"github.com": "/blob", "gitlab.com": "/-/blob"}
_ADDRESS: Final = re.compile(
    r"(?:https?://|ssh://(?:[^@/]+@)?|git://|(?:[^@/]+@)?)"
    r"(?P<host>[A-Za-z0-9.-]+)(?::\d+/|[:/])(?P<path>[^\s]+?)(?:\.git)?/?"
)


def file_link(repository: str, commit: str, path: str) -> str:
    """Return where a file can be read at a commit; empty if the forge is not known.

    >>> file_link("https://github.com/example/images.git", "c0ffee", "library/3.14/Dockerfile")
    'https://github.com/example/images/blob/c0ffee/library/3.14/Dockerfile'
    >>> file_link("git@gitlab.com:example/images.git", "c0ffee", "a b")
    'https://gitlab.com/example/images/-/blob/c0ffee/a%20b'
    >>> file_link("https://git.example.com/images.git", "c0ffee", "Dockerfile")
    ''
    """
    base = _base(repository)
    return f"{base}/{commit}/{quote(path)}" if base else ""


@functools.cache
def _base(repository: str) -> str:
    """Return what the address of every file begins with; empty if the forge is not known."""
    match = _ADDRESS.fullmatch(repository)
    if match is None or match["host"] not in _FORGES:
        return ""
    return f"https://{match['host']}/{match['path']}{_FORGES[match['host']]}"
