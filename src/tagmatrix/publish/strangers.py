"""The files below the folders of images that tagmatrix did not write.

The manifest names the commit of a folder, and users get the whole folder with it. So a
file that is only on disk is missing there, and a file in a folder of no image is useless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tagmatrix import git
from tagmatrix.config import FILE
from tagmatrix.dockerfile.ignore import IGNORE_FILE
from tagmatrix.git import history
from tagmatrix.git.file_status import IGNORED, UNTRACKED, Statuses, statuses
from tagmatrix.layout import ROOT, TEMPLATES, folder_of, image_folder, inside, parents
from tagmatrix.publish import ownership
from tagmatrix.publish.survey import files_below, is_own, present, read, survey_of
from tagmatrix.publish.trouble import Trouble
from tagmatrix.render.other_files import OtherFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Set as AbstractSet
    from pathlib import Path

    from tagmatrix.git.folders import LibraryInHead
    from tagmatrix.publish.ownership import Named
    from tagmatrix.publish.survey import Survey


class Stranger(NamedTuple):
    """A file that tagmatrix did not write, and what is wrong with it."""

    path: str
    trouble: Trouble

    @property
    def manifest_only(self) -> bool:
        """Return whether only the manifest is concerned: it is not a problem before a commit."""
        return self.trouble is Trouble.UNCOMMITTED


class Strangers(NamedTuple):
    """Finds the files that tagmatrix did not write.

    Attributes:
        root: the folder with versions.yaml.
        survey: the files in it.
        in_head: what git has of images.
        folders: the folders of all images.
        elsewhere: those of images at other refs; this branch may have them too.
        selected: those that the run covers.
        own: the files that tagmatrix wrote, or writes or deletes in this run.
        whole: whether the run covers all cycles, and so the folders of no image.
        is_copied: whether a Dockerfile in the folder of versions.yaml copies a path there.
    """

    root: Path
    survey: Survey
    in_head: LibraryInHead
    folders: AbstractSet[str]
    elsewhere: AbstractSet[str]
    selected: AbstractSet[str]
    own: AbstractSet[str]
    whole: bool
    is_copied: Callable[[str], bool]

    def find(self) -> tuple[Stranger, ...]:
        """Return the files that need attention, by path. Raises GitError."""
        tree = self.in_head.tree
        committed = {path for path, entry in tree.items() if entry.type == "blob"}
        on_disk = self.survey.files | self.survey.obstacles
        layout = self.survey.layout
        others = {path for path in (on_disk | committed) - self.own if layout.is_of_an_image(path)}
        # The folder of versions.yaml has other files too.
        others = {path for path in others if "/" in path and self._is_covered(path)}
        others = {path for path in others if not self.survey.is_nested(path)}
        troubles: dict[str, Trouble | None] = {**self._repositories(), **self._in_root()}
        if others:
            names = named(self.root, self.survey, self.in_head, others)
            reported = self._statuses()
            for path in others:
                troubles[path] = self._trouble(
                    path, reported.of(path), on_disk=path in on_disk, named=path in names
                )
        troubles = dict(sorted(troubles.items()))
        fine = [path for path, trouble in troubles.items() if trouble is None]
        troubles |= dict.fromkeys(self._left(self.survey.files.intersection(fine)), Trouble.LEFT)
        return tuple(Stranger(path, trouble) for path, trouble in troubles.items() if trouble)

    def _repositories(self) -> dict[str, Trouble]:
        """Return the repositories inside this one, which no commit of it has."""
        found = dict.fromkeys(self.survey.nested, Trouble.REPOSITORY)
        above = {folder for each in self.folders for folder in (each, *parents(each))}
        for path, entry in self.in_head.tree.items():
            inside = f"{path}/.git"
            if entry.type == "commit" and (
                path in above or self.survey.layout.is_of_an_image(inside)
            ):
                found[path] = Trouble.SUBMODULE
        return {path: each for path, each in found.items() if self._is_covered(f"{path}/.git")}

    def _in_root(self) -> dict[str, Trouble]:
        """Return the files that the commit of an image in the folder of versions.yaml lacks.

        That folder has all files of the repository: an ignored one matters only if it is copied.
        """
        if ROOT not in self.selected:
            return {}
        layout = self.survey.layout
        known = {FILE, *self.own, *layout.outputs}
        beside = tuple(f"{each}/" for each in {TEMPLATES, *map(folder_of, layout.outputs)})
        found: dict[str, Trouble] = {}
        for path, letters in self._statuses().letters.items():
            if path in known or path.startswith(beside) or path.startswith("../"):
                continue
            if image_folder(path, self.folders) != ROOT:
                continue
            if letters == UNTRACKED:
                found[path] = Trouble.UNTRACKED
            elif self.is_copied(path.rstrip("/")):
                found[path] = Trouble.IGNORED if letters == IGNORED else Trouble.UNCOMMITTED
        return found

    def _statuses(self) -> Statuses:
        repository = self.in_head.repository
        if isinstance(repository, git.NoRepository):
            return Statuses({})
        return statuses(repository, self.survey.layout.roots)

    def _left(self, paths: AbstractSet[str]) -> list[str]:
        """Return the files of HEAD that no header names now, but one did in their newest commit."""
        repository, tree = self.in_head.repository, self.in_head.tree
        if isinstance(repository, git.NoRepository) or repository.shallow or not paths:
            return []
        commits = history.folder_commits(repository, paths, kind="blob")
        above = {
            path: ownership.dockerfiles_above([path], tree, self.survey.layout) for path in commits
        }
        there = [
            (path, dockerfile, f"{commits[path]}:{repository.full_path(dockerfile)}")
            for path, dockerfiles in above.items()
            for dockerfile in dockerfiles
        ]
        found = git.objects(repository, [name for _, _, name in there], content=True)
        contents = ownership.in_head(self.in_head, commits)
        return [
            path
            for (path, dockerfile, _), old in zip(there, found, strict=True)
            if old
            and ownership.is_own(path, contents[path], ownership.named([(dockerfile, old.content)]))
        ]

    def _is_covered(self, path: str) -> bool:
        folder = image_folder(path, self.folders)
        return folder in self.selected if folder else self.whole

    def _trouble(self, path: str, status: str, *, on_disk: bool, named: bool) -> Trouble | None:
        """Return what is wrong with a file; `status` are git's two letters, if it has any."""
        if named and on_disk:
            return Trouble.CHANGED
        if not image_folder(path, self.folders):
            foreign = on_disk and image_folder(path, self.elsewhere) in {"", ROOT}
            return Trouble.HOMELESS if foreign else None
        if status == UNTRACKED:
            return Trouble.UNTRACKED
        if status == IGNORED:
            return Trouble.IGNORED
        if on_disk and self.survey.layout.is_dockerfile(path):
            return Trouble.DOCKERFILE
        return Trouble.UNCOMMITTED if status and not named else None


def named(root: Path, survey: Survey, in_head: LibraryInHead, paths: Collection[str]) -> Named:
    """Return which of some files the headers of Dockerfiles name, on disk and in HEAD."""
    there = survey.files | in_head.tree.keys()
    dockerfiles = ownership.dockerfiles_above(paths, there, survey.layout)
    on_disk = present(root, survey, dockerfiles)
    committed = ownership.in_head(in_head, dockerfiles)
    return ownership.named([*on_disk.items(), *committed.items()])


def left_behind(
    root: Path, in_head: LibraryInHead, gone: AbstractSet[str], others: AbstractSet[str]
) -> tuple[str, ...]:
    """Return the files that tagmatrix did not write, in the folders of images that end.

    Args:
        root: the folder with versions.yaml.
        in_head: what git has of images.
        gone: the folders of the images that end.
        others: the folders of the other images; they may be inside those that end.

    Raises InputError, git.GitError.
    """
    survey = survey_of(root, in_head.layout)
    every = gone | others
    inside = {path for path in survey.files | survey.obstacles if image_folder(path, every) in gone}
    found = {path for path in _not_own(root, survey, in_head, inside) if not survey.is_nested(path)}
    found |= {path for path in survey.nested if image_folder(f"{path}/.git", every) in gone}
    return tuple(sorted(found))


def kept(
    root: Path,
    survey: Survey,
    in_head: Callable[[], LibraryInHead],
    folders: AbstractSet[str],
    wanted: AbstractSet[str],
    sources: Path,
) -> dict[str, OtherFiles]:
    """Return by image the files that stay in its folder and that tagmatrix did not write.

    The folder of another image inside it belongs to it, too: Docker sees both. An image in the
    folder of versions.yaml has all files of `sources`, also if the run writes elsewhere.
    `in_head` is called only if there may be such files. Raises InputError, git.GitError.
    """
    others = {
        path
        for path in (survey.files | survey.obstacles) - wanted
        if not survey.is_nested(path) and image_folder(path, folders) not in {"", ROOT}
    }
    if ROOT in folders:
        others |= {*files_below(sources)} - wanted
    if not others:
        return {}
    found: dict[str, set[str]] = {}
    for path in _not_own(root, survey, in_head(), others):
        folder = image_folder(path, folders)
        while folder:
            found.setdefault(folder, set()).add(path.removeprefix(f"{folder}/"))
            folder = image_folder(folder, folders) if folder != ROOT else ""
    return {
        folder: OtherFiles(
            names=frozenset(names),
            ignores={
                name: read(sources if folder == ROOT else root, inside(folder, name))
                for name in names
                if name.endswith(IGNORE_FILE) and "/" not in name
            },
        )
        for folder, names in found.items()
    }


def _not_own(
    root: Path, survey: Survey, in_head: LibraryInHead, paths: AbstractSet[str]
) -> frozenset[str]:
    """Return those paths at which is something that tagmatrix did not write."""
    names = named(root, survey, in_head, paths)
    own = {path for path in paths & survey.files if is_own(root, path, names)}
    return frozenset(paths - own)
