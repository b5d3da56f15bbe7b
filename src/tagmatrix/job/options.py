"""What a run is to do, and what versions.yaml says of it: that of the base."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix import config as configuration, git
from tagmatrix.config.model import Regenerate
from tagmatrix.errors import InputError
from tagmatrix.job.branch import LocalBranch, RemoteBranch, default_branch

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.job.branch import BranchStore
    from tagmatrix.job.clone import Clone
    from tagmatrix.job.workspace import Workspace

_FULL: Final = "refs/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is to do.

    Attributes:
        branch: the branch's name; empty for that of versions.yaml.
        base: what it grows from; empty for the usual.
        remote: where it is pushed; empty if it is kept here.
        author: who the commits' author is; empty for versions.yaml's, or git's.
        committer: the same of the committer.
        dry_run: make no commits, and move no branch.
    """

    branch: str = ""
    base: str = ""
    remote: str = ""
    author: str = ""
    committer: str = ""
    dry_run: bool = False


def local(root: Path, order: Order) -> Config | None:
    """Return versions.yaml as it is here; None if it can't be read and need not be.

    Raises ConfigError, InputError.
    """
    try:
        return configuration.load(root)
    except InputError:
        if not order.remote:
            raise
        return None


def on(clone: Clone, commit: str) -> Config | None:
    """Return versions.yaml of a commit; None if it can't be read, which is told later."""
    text = git.show(clone.repository, commit, configuration.FILE)
    try:
        return configuration.parse(text) if text is not None else None
    except InputError:
        return None


def named(clone: Clone, order: Order, config: Config | None) -> Order:
    """Return the order with the branch's name. Raises InputError if it can't be that."""
    branch = order.branch or (config.regenerate if config else Regenerate()).branch
    try:
        clone.read("check-ref-format", "--branch", branch)
    except git.GitError:
        raise InputError(f"{branch!r} is no name of a branch") from None
    if branch.startswith(_FULL):
        short = branch.removeprefix("refs/heads/")
        raise InputError(f"{branch!r} is no name of a branch; write it without refs/: {short}")
    if config is not None and branch == config.branch:
        raise InputError(
            f"{branch} is the branch that all else is on; name another one: --branch NAME, "
            f"or `regenerate: {{branch: ...}}` in {configuration.FILE}"
        )
    return replace(order, branch=branch)


def store(clone: Clone, space: Workspace, order: Order, config: Config | None) -> BranchStore:
    """Return where the branch is kept."""
    if not order.remote:
        return LocalBranch(clone, order.branch, order.base)
    main = config.branch if config else ""
    if not (main or order.base):
        main = default_branch(clone, order.remote)
    return RemoteBranch(clone, space, order.remote, order.branch, order.base, main)
