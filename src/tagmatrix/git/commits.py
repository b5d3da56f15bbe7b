"""Commits, made by git itself through GitPython: hooks run, signatures are made."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING

from git import GitCommandError, InvalidGitRepositoryError, NoSuchPathError, Repo

from tagmatrix.errors import InputError
from tagmatrix.git.repository import NOT_INHERITED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path


def commit(
    root: Path,
    paths: Iterable[str],
    message: str | Callable[[str], str],
    people: Mapping[str, str] | None = None,
) -> str | None:
    """Commit the state of some paths, and of nothing else.

    Args:
        root: the folder that the paths are relative to.
        paths: files and folders; what is gone is committed as deleted.
        message: the commit's message; or what makes it of the tree that will be
            committed, where nothing but these paths is staged.
        people: GIT_AUTHOR_NAME and the like, where git's settings shall not decide.

    Returns:
        The commit's id; None if there was nothing to commit.

    Raises:
        InputError: git refused, or a hook did; with their words. A path is one
            that git was told to ignore. A hook changed the tree that `message` is for.
    """
    root = root.resolve()  # git is started in another folder than this process
    with own_environment():
        try:
            with Repo(root, search_parent_directories=True, expand_vars=False) as repo:
                return _commit(repo, root, [*paths], message, people or {})
        except (InvalidGitRepositoryError, NoSuchPathError):
            raise InputError(f"{root} is in no git repository; nothing can be committed") from None
        except GitCommandError as error:
            raise InputError(f"git could not commit: {words(error)}") from None


def words(error: GitCommandError) -> str:
    """Return what git, or a hook, said when it failed."""
    said = "\n".join(
        text.strip().removeprefix(f"{name}: ").strip("'\n ")
        for name, text in (("stdout", error.stdout), ("stderr", error.stderr))
        if text.strip()
    )
    return said or str(error)


def _commit(
    repo: Repo,
    root: Path,
    paths: list[str],
    message: str | Callable[[str], str],
    people: Mapping[str, str],
) -> str | None:
    # In the root: paths are relative to it. Literal: a folder's name is no pattern.
    plain = ["git", "-C", str(root)]
    status = _status(repo, root, paths)
    prefix = repo.git.execute([*plain, "rev-parse", "--show-prefix"])
    hidden = {path for code, path in status if code == "!!"}
    if hidden := hidden.intersection(f"{prefix}{path}" for path in paths):
        lines = [f"{path} can't be committed: git ignores it (.gitignore)" for path in hidden]
        raise InputError("\n".join(sorted(lines)))
    # A path that is gone from the index and the disk is committed, but can't be added.
    to_add = [path for code, path in status if code[1] not in " !"]
    if to_add:
        with _listing(to_add) as from_listing:
            repo.git.execute([*plain, "add", "--all", *from_listing])
        status = _status(repo, root, paths)
    changed = sorted({path for code, path in status if code != "!!"})
    if not changed:
        return None
    with _listing(changed) as from_listing:
        tree = str(repo.git.execute([*plain, "write-tree"])) if callable(message) else ""
        text = message(tree) if callable(message) else message
        options = ["--quiet", "--only", f"--message={text}", *from_listing]
        repo.git.execute([*plain, "commit", *options], env={**people})
    if tree and tree != repo.git.execute([*plain, "rev-parse", "HEAD^{tree}"]):
        raise InputError("a hook of git changed what was committed; it may refuse, not change")
    # GitPython itself reads no SHA-256 and no reftables.
    return str(repo.git.execute([*plain, "rev-parse", "HEAD"]))


def _status(repo: Repo, root: Path, paths: list[str]) -> list[tuple[str, str]]:
    """Return the two letters and the path, from the repository's top, of all that changed."""
    options = ["--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignored"]
    command = ["git", "--literal-pathspecs", "-C", str(root), "status", *options, "--", *paths]
    entries = repo.git.execute(command, strip_newline_in_stdout=False).split("\0")
    return [(entry[:2], entry[3:]) for entry in entries if entry]


@contextlib.contextmanager
def _listing(paths: Iterable[str]) -> Iterator[list[str]]:
    """Give paths from the repository's top to git in a file: they may be many."""
    with tempfile.NamedTemporaryFile(prefix="tagmatrix-", suffix=".paths") as listing:
        text = "".join(f":(top,literal){path}\0" for path in paths)
        listing.write(text.encode("utf-8", "surrogateescape"))
        listing.flush()
        yield [f"--pathspec-from-file={listing.name}", "--pathspec-file-nul"]


@contextlib.contextmanager
def own_environment() -> Iterator[None]:
    """Hide what a surrounding hook says of its own repository."""
    saved = {name: os.environ.pop(name) for name in NOT_INHERITED if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(saved)
