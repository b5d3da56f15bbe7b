"""What goes wrong with git."""

from __future__ import annotations

from tagmatrix.errors import InputError


class GitError(InputError):
    """Git failed; the text has git's message."""


def explained(message: str) -> str:
    """Return git's message; if a partial clone lacks an object, with what to do.

    https://git-scm.com/docs/partial-clone: git gets an object from the remote when it needs it.
    """
    if "promisor remote" not in message:
        return message
    return (
        "this clone is partial (git clone --filter), and git could not get what it lacks: "
        f"{message.partition(chr(10))[0]}; run this again when the remote is available, or get "
        "everything from it once: git fetch --refetch --no-filter (git 2.36 or newer)"
    )
