"""A work tree for one run of the job: separate from users' checkouts and from other runs.

It is one of git's linked work trees: https://git-scm.com/docs/git-worktree.
A run has a file in git's folder that names its work tree, and holds a lock on this file.
The lock of a killed run is free: the next run finds it and removes the work tree.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.errors import InputError
from tagmatrix.util import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.job.clone import Clone

REFS: Final = "refs/tagmatrix"
_NO_HOOKS: Final = ("-c", f"core.hooksPath={os.devnull}")


class Workspace:
    """The work tree and the refs of a run."""

    def __init__(self, clone: Clone, name: str, tree: Path) -> None:
        self.clone, self.name, self.tree = clone, name, tree
        self.refs = f"{REFS}/{name}"

    @property
    def root(self) -> Path:
        """Return the image's folder in the work tree."""
        return self.tree / self.clone.repository.prefix

    def show(self, commit: str) -> None:
        """Set the work tree to a commit, without any other files.

        Raises git.GitError.
        """
        if not (self.tree / ".git").exists():
            options = ("--quiet", "--force", "--detach", "--no-checkout")
            self.clone.write(*_NO_HOOKS, "worktree", "add", *options, str(self.tree), commit)
        here = self.tree
        self.clone.write(*_NO_HOOKS, "reset", "--quiet", "--hard", commit, folder=here)
        self.clone.write(*_NO_HOOKS, "clean", "--quiet", "-ffdx", folder=here)

    def tree_of(self) -> str:
        """Return the id of the tree that a commit of the work tree would have."""
        self.clone.write("add", "--all", folder=self.tree)
        return self.clone.write("write-tree", folder=self.tree)

    def remove(self) -> None:
        """Remove the work tree and the refs; the next run removes what can't be removed now."""
        with contextlib.suppress(git.GitError):
            self.clone.write("worktree", "remove", "--force", "--force", str(self.tree))
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.rmtree(self.clone.common / "worktrees" / self.tree.name, ignore_errors=True)
        listing = self.clone.read("for-each-ref", "--format=%(refname)", f"{self.refs}/")
        for ref in listing.splitlines():
            with contextlib.suppress(git.GitError):
                self.clone.write("update-ref", "-d", ref)


@contextlib.contextmanager
def workspace(clone: Clone) -> Iterator[Workspace]:
    """Yield a workspace for one run; remove the workspaces of killed runs first.

    Raises git.GitError, InputError.
    """
    name = secrets.token_hex(8)
    own = Workspace(clone, name, Path(tempfile.gettempdir()) / f"tagmatrix-{name}")
    home = clone.common / "tagmatrix"
    try:
        home.mkdir(exist_ok=True)
        descriptor = _begin(own, home)
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from None
    try:
        yield own
    finally:
        own.remove()
        (home / name).unlink(missing_ok=True)
        os.close(descriptor)


def _begin(own: Workspace, home: Path) -> int:
    """Remove old workspaces, and make the new folder; return the lock. Raises OSError."""
    with files.exclusive(home, lambda: None):
        _clean(own.clone, home)
        descriptor = os.open(home / own.name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.write(descriptor, os.fsencode(own.tree))
            own.tree.mkdir(mode=0o700)
        except OSError as error:
            (home / own.name).unlink()
            os.close(descriptor)
            error.filename = error.filename or home / own.name  # os.write does not know it
            raise
    return descriptor


def _clean(clone: Clone, home: Path) -> None:
    for lock in sorted(home.iterdir()):
        with contextlib.suppress(OSError), lock.open("rb") as file:
            # raises OSError if the run is still alive: it holds the lock
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            tree = Path(os.fsdecode(file.read()))
            if tree.name == f"tagmatrix-{lock.name}":  # else it was killed before it wrote the name
                Workspace(clone, lock.name, tree).remove()
            lock.unlink()
