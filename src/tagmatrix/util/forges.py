"""Links to files, folders and issues of a repository, for known forges.

Each function returns an empty text if the forge is not known.
"""

from __future__ import annotations

import functools
import re
from typing import Final
from urllib.parse import quote

_FORGES: Final = {"github.com": "", "gitlab.com": "/-"}
_ADDRESS: Final = re.compile(
    r"(?:https?://|ssh://(?:[^@/]+@)?|git://|(?:[^@/]+@)?)"
    r"(?P<host>[A-Za-z0-9.-]+)(?::\d+/|[:/])(?P<path>[^\s]+?)(?:\.git)?/?"
)


def file_link(repository: str, commit: str, path: str) -> str:
    """Return the link to a file at a commit; empty if the forge is not known.

    >>> file_link("https://github.com/example/images.git", "c0ffee", "library/3.14/Dockerfile")
    'https://github.com/example/images/blob/c0ffee/library/3.14/Dockerfile'
    >>> file_link("git@gitlab.com:example/images.git", "c0ffee", "a b")
    'https://gitlab.com/example/images/-/blob/c0ffee/a%20b'
    >>> file_link("https://git.example.com/images.git", "c0ffee", "Dockerfile")
    ''
    """
    return _link(repository, "blob", commit, path)


def folder_link(repository: str, ref: str, path: str) -> str:
    """Return the link to a folder on a branch or at a commit.

    >>> folder_link("https://github.com/example/images.git", "main", "library/3.14")
    'https://github.com/example/images/tree/main/library/3.14'
    """
    return _link(repository, "tree", ref, path)


def history_link(repository: str, ref: str, path: str) -> str:
    """Return the link to the history of a file."""
    return _link(repository, "commits", ref, path)


def issues_link(repository: str) -> str:
    """Return the link to the repository's issues.

    >>> issues_link("https://gitlab.com/example/images.git")
    'https://gitlab.com/example/images/-/issues'
    """
    base = _base(repository)
    return f"{base}/issues" if base else ""


def home_link(repository: str) -> str:
    """Return the link to a repository."""
    return _base(repository).removesuffix("/-")


def _link(repository: str, kind: str, ref: str, path: str) -> str:
    base = _base(repository)
    return f"{base}/{kind}/{quote(ref)}/{quote(path)}" if base else ""


@functools.cache
def _base(repository: str) -> str:
    """Return the beginning of every link; empty if the forge is not known."""
    match = _ADDRESS.fullmatch(repository)
    if match is None or match["host"] not in _FORGES:
        return ""
    return f"https://{match['host']}/{match['path']}{_FORGES[match['host']]}"
