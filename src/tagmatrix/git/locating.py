"""Find the git repository of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.git.errors import GitError
from tagmatrix.git.process import completed, decode, refusal
from tagmatrix.git.repository import NoRepository, Repository

if TYPE_CHECKING:
    from pathlib import Path


def locate(folder: Path) -> Repository | NoRepository:
    """Find the work tree of `folder`, with one call of git.

    Returns:
        The repository, or the reason why there is none.

    Raises:
        GitError: there may be a repository, but git refuses to read it ("dubious
            ownership"), or `folder` does not exist.
    """
    # Before the first commit, git prints nothing for HEAD and exits with 1.
    facts = ("--is-inside-work-tree", "--is-shallow-repository", "--show-object-format")
    args = ("rev-parse", *facts, "--show-prefix", "--quiet", "--verify", "HEAD")
    try:
        done = completed(folder, args)
    except GitError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return NoRepository.NO_PROGRAM
        raise
    if done.returncode not in {0, 1}:
        # The message for a broken .git file begins with the same words, but a path follows.
        if b"not a git repository (or any " in done.stderr:
            return NoRepository.OUTSIDE
        raise refusal(args[0], done.returncode, done.stderr)
    inside, shallow, object_format, *rest = decode(done.stdout).removesuffix("\n").split("\n")
    if inside != "true":
        return NoRepository.NO_WORK_TREE
    head = rest.pop() if done.returncode == 0 else None
    return Repository(
        folder=folder,
        prefix="\n".join(rest).removesuffix("/"),
        head=head,
        shallow=shallow == "true",
        object_format=object_format,
    )


def require(folder: Path) -> Repository:
    """Return the work tree of `folder`, to commit in it.

    Raises:
        InputError: there is none; the message has the reason.
        GitError: as `locate`.
    """
    return present(locate(folder))


def present(found: Repository | NoRepository) -> Repository:
    """Return a work tree that was looked for, to commit in it.

    Raises:
        InputError: there is none; the message has the reason.
    """
    if isinstance(found, NoRepository):
        raise InputError(f"cannot commit: {found.value}")
    return found
