"""The generated folders in git: their content in HEAD, and the newest commit of each."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix import git
from tagmatrix.git import history
from tagmatrix.layout import ROOT, Layout

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

NOWHERE: Final[Mapping[str, Collection[str]]] = MappingProxyType({})
LAYOUT: Final = Layout()
"""The usual layout, which needs no versions.yaml."""


class LibraryInHead:
    """The content of `library/`, or of where the layout has files, in HEAD.

    Attributes:
        repository: the repository, or the reason why there is none.
        commits: the newest commit of each requested folder that exists; empty
            if the clone is shallow.
        layout: where the files are.
    """

    def __init__(
        self,
        repository: git.Repository | git.NoRepository,
        commits: Mapping[str, str],
        layout: Layout = LAYOUT,
    ) -> None:
        """Take what is known; git is asked for the rest."""
        self.repository = repository
        self.commits = commits
        self.layout = layout

    @cached_property
    def tree(self) -> Mapping[str, git.TreeEntry]:
        """Files and folders by path; empty if nothing is committed. Raises git.GitError."""
        if isinstance(self.repository, git.NoRepository) or self.repository.head is None:
            return {}
        return tree_of(self.repository, self.repository.head, self.layout)


def look_up(
    root: Path,
    folders: Collection[str],
    layout: Layout = LAYOUT,
    root_files: Collection[str] = (),
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> LibraryInHead:
    """Return the committed state of generated files, with the newest commits of some folders.

    `root_files` are the files of images in the folder of versions.yaml: everything is below this
    folder, so only they count for its commit. `elsewhere` are folders of other refs; the key of
    their commits is `REF:FOLDER`. Raises git.GitError, also if a ref is not here.
    """
    repository = git.locate(root)
    if isinstance(repository, git.NoRepository) or not repository.head or repository.shallow:
        return LibraryInHead(repository, {}, layout)
    commits = history.folder_commits(repository, [each for each in folders if each != ROOT])
    if root_files and (found := _commit_of(repository, root_files)):
        commits[ROOT] = found
    for ref, commit in fetched(repository, elsewhere).items():
        there = history.folder_commits(replace(repository, head=commit), elsewhere[ref])
        commits |= {f"{ref}:{folder}": each for folder, each in there.items()}
    return LibraryInHead(repository, commits, layout)


def fetched(repository: git.Repository, refs: Iterable[str]) -> dict[str, str]:
    """Return the commits of branches and tags of the remote, as they were fetched.

    Raises git.GitError with a line for each that is not here.
    """
    found: dict[str, str] = {}
    missing = []
    for ref in refs:
        name = ref.removeprefix("refs/heads/")
        tracking = f"refs/remotes/origin/{name}" if name != ref else ref
        names = [f"{each}^{{commit}}" for each in (tracking, ref)]
        there = next(filter(None, git.objects(repository, names)), None)
        if there is None:
            missing.append(f"{ref} is not here; fetch it: git fetch origin {ref}:{tracking}")
        else:
            found[ref] = there.id
    if missing:
        raise git.GitError("\n".join(missing))
    return found


def tree_of(repository: git.Repository, commit: str, layout: Layout) -> dict[str, git.TreeEntry]:
    """Return the files and folders of a commit where the layout has files. Raises GitError."""
    found: dict[str, git.TreeEntry] = {}
    for top in layout.roots:
        found |= git.tree(repository, commit, top)
    return found


def _commit_of(repository: git.Repository, paths: Collection[str]) -> str:
    """Return the newest commit that touched some files; empty if there is none."""
    options = ("-1", "--format=%H", "--no-decorate", "--no-show-signature")
    log = git.run(repository, "log", *options, repository.head or "HEAD", "--", *sorted(paths))
    return git.decode(log).strip()
