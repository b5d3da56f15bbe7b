"""Read what a repository is set to: its branch, and the address of its remote."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagmatrix.git.process import completed, decode

if TYPE_CHECKING:
    from tagmatrix.git.repository import Repository


def branch_name(repository: Repository) -> str:
    """Return the checked-out branch, also before its first commit; empty if HEAD is detached.

    Raises GitError if git can't be started.
    """
    return _line(repository, "symbolic-ref", "--quiet", "--short", "HEAD")


def origin_address(repository: Repository) -> str:
    """Return the address of the remote `origin` if it is https without a password; else empty.

    Raises GitError if git can't be started.
    """
    address = _line(repository, "remote", "get-url", "origin")
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    plain = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
    return address if plain else ""


def has_origin(repository: Repository) -> bool:
    """Return whether there is a remote `origin`. Raises GitError if git can't be started."""
    return bool(_line(repository, "remote", "get-url", "origin"))


def _line(repository: Repository, *args: str) -> str:
    """Return the line that git prints; empty if git fails."""
    done = completed(repository.folder, args)
    return decode(done.stdout).strip() if done.returncode == 0 else ""
