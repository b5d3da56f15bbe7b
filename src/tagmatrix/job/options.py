"""The options of a run, from the command line and from versions.yaml of the base."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix import config as configuration, git
from tagmatrix.config.model import Regenerate
from tagmatrix.config.shapes.scalars import not_printable
from tagmatrix.errors import InputError
from tagmatrix.job.branch import LocalBranch, RemoteBranch, default_branch
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.job.branch import BranchStore
    from tagmatrix.job.clone import Clone
    from tagmatrix.job.workspace import Workspace

_FULL: Final = "refs/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The options of a run.

    Attributes:
        branch: the branch's name; empty for the one in versions.yaml.
        base: the commit that it starts from; empty for the default.
        remote: the remote to push to; empty to keep the branch in this repository.
        author: the commits' author; empty for the one in versions.yaml, or git's.
        committer: the commits' committer; empty as for the author.
        dry_run: whether to make no commits and move no branch.
    """

    branch: str = ""
    base: str = ""
    remote: str = ""
    author: str = ""
    committer: str = ""
    dry_run: bool = False


def local(root: Path, order: Order) -> Config | None:
    """Return versions.yaml of the work tree; None if it is unreadable, but not needed.

    Raises ConfigError, InputError.
    """
    try:
        return configuration.load(root)
    except InputError:
        if not order.remote:
            raise
        return None


def on(clone: Clone, commit: str) -> Config | None:
    """Return versions.yaml of a commit; None if it is unreadable: a later step reports that."""
    text = git.show(clone.repository, commit, configuration.FILE)
    try:
        return configuration.parse(text) if text is not None else None
    except InputError:
        return None


def named(clone: Clone, order: Order, config: Config | None) -> Order:
    """Return the order with the branch's name. Raises InputError if the name is invalid."""
    branch = order.branch or (config.regenerate if config else Regenerate()).branch
    if found := unprintable(branch):
        raise InputError(f"invalid branch name {branch!r}: {not_printable(found)}")
    try:
        clone.read("check-ref-format", "--branch", branch)
    except git.GitError:
        raise InputError(f"invalid branch name {branch!r}") from None
    if branch.startswith(_FULL):
        short = branch.removeprefix("refs/heads/")
        raise InputError(f"invalid branch name {branch!r}; write it without refs/: {short}")
    if config is not None and branch == config.branch:
        raise InputError(
            f"{branch} is the main branch in {configuration.FILE}; use another: --branch NAME, "
            f"or `regenerate: {{branch: ...}}` in {configuration.FILE}"
        )
    return replace(order, branch=branch)


def store(clone: Clone, space: Workspace, order: Order, config: Config | None) -> BranchStore:
    """Return the store that has the branch: this repository, or a remote."""
    if not order.remote:
        return LocalBranch(clone, order.branch, order.base)
    main = config.branch if config else ""
    if not (main or order.base):
        main = default_branch(clone, order.remote)
    return RemoteBranch(clone, space, order.remote, order.branch, order.base, main)
