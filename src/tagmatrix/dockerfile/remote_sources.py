"""What ADD takes from elsewhere: files by HTTP, and repositories of git.

https://docs.docker.com/reference/dockerfile/#add
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.problems import shown
from tagmatrix.references import is_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

# A repository of git over SSH: https://git-scm.com/docs/git-clone#_git_urls
_SCP: Final = re.compile(r"[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:")
_COMMIT: Final = re.compile(r"[0-9a-fA-F]{4,64}")


def is_address(word: str) -> bool:
    """Return whether a source is an address, and not a path."""
    return word.startswith(("http://", "https://", "git://", "ssh://")) or bool(_SCP.match(word))


def checksum_error(checksum: str, sources: Sequence[str]) -> str:
    """Return what is wrong with `ADD --checksum`; "" if nothing is, as far as it is known.

    >>> checksum_error("sha256:aa", ["https://example.org/a"])[:31]
    'ADD --checksum is sha256:aa: wr'
    """
    if any(not is_address(word) for word in sources):
        return "ADD --checksum is for addresses only: remove it"
    if len(sources) > 1:
        return "ADD --checksum is for one address: write an ADD for each"
    if not sources or "$" in checksum or "$" in sources[0]:
        return ""
    if _is_git(sources[0]):
        is_right, example = bool(_COMMIT.fullmatch(checksum)), "the hash of a commit"
    else:
        is_right, example = is_digest(checksum), "sha256: and 64 hex digits in lowercase"
    return "" if is_right else f"ADD --checksum is {shown(checksum)}: write {example}"


def _is_git(address: str) -> bool:
    if not address.startswith(("http://", "https://")):
        return True
    return address.partition("#")[0].partition("?")[0].endswith(".git")
