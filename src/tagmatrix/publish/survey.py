"""The files of images on disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.errors import InputError
from tagmatrix.header import HEAD_BYTES
from tagmatrix.layout import ROOT, TOP, folder_of, inside, parents
from tagmatrix.publish import ownership
from tagmatrix.util.files import LEFTOVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tagmatrix.layout import Layout
    from tagmatrix.publish.ownership import Named

_GIT: Final = ".git"
"""What makes a folder a repository; a submodule has a file of this name."""


class Survey(NamedTuple):
    """The files where the layout of an image has files.

    Attributes:
        files: regular files.
        obstacles: symbolic links, which are never followed, and devices.
        leftovers: temporary files of killed runs.
        layout: where the files are.
        nested: folders with a `.git`. Their files are in `files` too, but not those of the `.git`.
    """

    files: frozenset[str]
    obstacles: frozenset[str]
    leftovers: tuple[str, ...]
    layout: Layout
    nested: frozenset[str]

    def is_nested(self, path: str) -> bool:
        """Return whether a file is in a repository of its own, so that git adds none of it."""
        return not self.nested.isdisjoint(parents(path))


def survey_of(root: Path, layout: Layout, more: Iterable[str] = ()) -> Survey:
    """Return the files where a layout has files; paths are relative to the root.

    `more` are files of images in the root itself, which has other files too. Raises InputError
    if something can't be read.
    """
    found = _FolderSurvey(root, layout)
    for top in layout.roots:
        for folder in parents(f"{top}/"):
            if (root / folder).is_symlink():
                raise InputError(f"{folder} is a symbolic link; replace it with a folder")
        found.walk(top)
    for path in more:
        found.add(path)
    return Survey(
        frozenset(found.files),
        frozenset(found.obstacles),
        tuple(sorted(found.leftovers)),
        layout,
        frozenset(found.nested),
    )


class _FolderSurvey:
    """What a walk has found so far."""

    def __init__(self, root: Path, layout: Layout) -> None:
        self._root, self._layout = root, layout
        self._direct = {*map(folder_of, layout.outputs)} | {TOP}
        self.files: set[str] = set()
        self.obstacles: set[str] = set()
        self.leftovers: list[str] = []
        self.nested: set[str] = set()

    def walk(self, top: str) -> None:
        """Add the files in a folder, and below it where the layout has files."""
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                entries = list(os.scandir(self._root / folder))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise InputError(f"{folder}: {error.strerror}") from None
            for entry in entries:
                path = inside(folder, entry.name)
                if entry.name == _GIT:
                    if folder != ROOT:
                        self.nested.add(folder)
                elif entry.is_dir(follow_symlinks=False):
                    if self._layout.may_lead(path) or path in self._direct:
                        folders.append(path)
                elif self._belongs(path):
                    self._add(path, entry.name, regular=entry.is_file(follow_symlinks=False))

    def _belongs(self, path: str) -> bool:
        """Return whether a file is one of an image, or beside the outputs, or in the way."""
        layout = self._layout
        if layout.top and path.startswith(f"{layout.top}/"):
            return True
        folder = folder_of(path)
        beside = folder in self._direct and folder != ROOT
        return (
            beside
            or path in layout.outputs
            or layout.is_of_an_image(path)
            or (layout.may_lead(path) and os.path.islink(self._root / path))
        )

    def _add(self, path: str, name: str, *, regular: bool) -> None:
        if LEFTOVER.fullmatch(name):
            self.leftovers.append(path)
        elif regular:
            self.files.add(path)
        else:
            self.obstacles.add(path)

    def add(self, path: str) -> None:
        """Add a file, and the links on the way to it."""
        for each in (path, *parents(path)):
            if os.path.islink(self._root / each):
                self.obstacles.add(each)
                return
        if (self._root / path).is_file():
            self.files.add(path)


def files_below(root: Path) -> Iterator[str]:
    """Yield all files below the root, without those of git; paths are relative to it.

    Files in a repository inside are left out, too.
    """
    for folder, folders, names in os.walk(root):
        here = os.path.relpath(folder, root).replace(os.sep, "/")
        if here != ROOT and _GIT in {*folders, *names}:
            folders.clear()
            continue
        folders[:] = [each for each in folders if each != _GIT]
        yield from (inside(here, name) for name in names)


def present(root: Path, there: Survey, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of those files that exist."""
    return {path: read(root, path) for path in paths if path in there.files}


def read(root: Path, path: str, size: int = -1) -> bytes:
    """Return a file's content, or its first bytes. Raises InputError."""
    return read_with_mode(root, path, size)[0]


def is_own(root: Path, path: str, names: Named) -> bool:
    """Return whether tagmatrix wrote a file. Raises InputError.

    A file that no header names may be huge, so only its own header is read.
    """
    content = read(root, path, -1 if path in names else HEAD_BYTES)
    return ownership.is_own(path, content, names)


def read_with_mode(root: Path, path: str, size: int = -1) -> tuple[bytes, bool]:
    """Return a file's content, and its owner's executable bit: the only bit that git stores.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    try:
        # Strings are faster than Path objects, and this runs for every file.
        with open(os.path.join(root, path), "rb") as file:
            return file.read(size), bool(os.fstat(file.fileno()).st_mode & stat.S_IXUSR)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
