"""What goes wrong with git."""

from __future__ import annotations

from tagmatrix.errors import InputError


class GitError(InputError):
    """Git failed; the text has git's message."""
