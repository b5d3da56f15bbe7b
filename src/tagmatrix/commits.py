"""Commits, made by git itself through GitPython: hooks run, signatures are made."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING

from git import GitCommandError, InvalidGitRepositoryError, NoSuchPathError, Repo

from tagmatrix.errors import InputError
from tagmatrix.git import NOT_INHERITED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def commit(root: Path, paths: Iterable[str], message: str) -> str | None:
    """Commit the state of some paths, and of nothing else.

    Args:
        root: the folder that the paths are relative to.
        paths: files and folders; what is gone is committed as deleted.
        message: the commit's message.

    Returns:
        The commit's id; None if there was nothing to commit.

    Raises:
        InputError: git refused, or a hook did; with their words.
    """
    with _own_environment():
        try:
            with Repo(root, search_parent_directories=True) as repo:
                return _commit(repo, root, [*paths], message)
        except (InvalidGitRepositoryError, NoSuchPathError):
            raise InputError(f"{root} is in no git repository; nothing can be committed") from None
        except GitCommandError as error:
            words = "\n".join(
                text.strip().removeprefix(f"{name}: ").strip("'\n ")
                for name, text in (("stdout", error.stdout), ("stderr", error.stderr))
                if text.strip()
            )
            raise InputError(f"git could not commit: {words or error}") from None


def _commit(repo: Repo, root: Path, paths: list[str], message: str) -> str | None:
    # Literal: a folder's name is no pattern. In the root: paths are relative to it.
    command = ["git", "--literal-pathspecs", "-C", str(root)]
    status = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--", *paths]
    changed = _changed(repo.git.execute([*command, *status], strip_newline_in_stdout=False))
    if not changed:
        return None
    with tempfile.NamedTemporaryFile("w", prefix="tagmatrix-", suffix=".paths") as listing:
        listing.write("".join(f":(top,literal){path}\0" for path in changed))
        listing.flush()
        from_listing = [f"--pathspec-from-file={listing.name}", "--pathspec-file-nul"]
        plain = ["git", "-C", str(root)]
        repo.git.execute([*plain, "add", "--all", *from_listing])
        repo.git.execute(
            [*plain, "commit", "--quiet", "--only", f"--message={message}", *from_listing]
        )
    return repo.head.commit.hexsha


def _changed(status: str) -> list[str]:
    """Return the paths of `git status --porcelain -z`, relative to the repository's top."""
    paths = []
    entries = iter(status.split("\0"))
    for entry in entries:
        if not entry:
            continue
        paths.append(entry[3:])
        if entry[0] in "RC":  # the old name follows
            paths.append(next(entries))
    return paths


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """Hide what a surrounding hook says of its own repository."""
    saved = {name: os.environ.pop(name) for name in NOT_INHERITED if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(saved)
