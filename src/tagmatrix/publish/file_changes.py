"""Compare the wanted files with the present files, and write the changes.

A new content is written into a temporary file beside its place, which is then renamed:
a run that is killed at any point leaves the old file or the new one. Only files that
tagmatrix wrote are deleted.
"""

from __future__ import annotations

import contextlib
import enum
import os
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.errors import InputError
from tagmatrix.layout import TOP, looks_like_dockerfile, parents
from tagmatrix.publish.survey import is_own, read, read_with_mode
from tagmatrix.util.files import input_errors, replace

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Container,
        Iterable,
        Mapping,
        Set as AbstractSet,
    )
    from pathlib import Path

    from tagmatrix.publish.ownership import Named
    from tagmatrix.publish.survey import Survey


class FileAction(enum.StrEnum):
    """How a file has to change."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def done(self) -> str:
        """Return the action as a participle."""
        return f"{self}d"


class FileChange(Struct, frozen=True):
    """A file that has to change; `path` has slashes and is relative to the root.

    `executable` is whether users may run the wanted file, and `other_mode` whether that
    differs from the present file.
    """

    path: str
    action: FileAction
    old: bytes = b""
    new: bytes = b""
    executable: bool = False
    other_mode: bool = False


def compare(
    root: Path,
    there: Survey,
    wanted: Mapping[str, bytes],
    *,
    prunable: Callable[[str], bool],
    executable: Container[str] = (),
    modes: Callable[[], bool] = lambda: False,
    named: Callable[[Collection[str]], Named] = lambda _: {},
) -> list[FileChange]:
    """Return the changes: wanted files in their order, then deletions, Dockerfiles first.

    An unwanted file is deleted if `prunable` is true for its path and tagmatrix wrote it:
    `named` returns which of some files the headers of Dockerfiles name. A deletion comes
    first if the file is in the way of a wanted one. `executable` are the wanted files that
    users may run. `modes` returns whether a wrong mode is a change; it is called only for
    files with a wrong mode. Raises InputError if a folder, a link or a device is in the
    place of a file.
    """
    deletions = _deletions(root, there, wanted, prunable, named)
    gone = {change.path for change in deletions}
    _refuse_obstacles(there, wanted, gone)
    changes: list[FileChange] = []
    for path, new in wanted.items():
        run = path in executable
        if path not in there.files:
            if _is_folder(root, path, there, gone):
                raise InputError(f"{path} is a folder, but must be a file; move or remove it")
            changes.append(FileChange(path, FileAction.CREATE, new=new, executable=run))
            continue
        old, could_run = read_with_mode(root, path)
        other_mode = could_run != run and modes()
        if other_mode or old != new:
            changes.append(
                FileChange(
                    path,
                    FileAction.UPDATE,
                    old=old,
                    new=new,
                    executable=run,
                    other_mode=other_mode,
                )
            )
    wanted_folders = {parent for path in wanted for parent in parents(path)} if deletions else ()
    first = [each for each in deletions if _is_in_the_way(each.path, wanted, wanted_folders)]
    return [*first, *changes, *(each for each in deletions if each not in first)]


def _deletions(
    root: Path,
    there: Survey,
    wanted: Mapping[str, bytes],
    prunable: Callable[[str], bool],
    named: Callable[[Collection[str]], Named],
) -> list[FileChange]:
    """Return the deletions of unwanted files that tagmatrix wrote, Dockerfiles first."""
    unwanted = [path for path in there.files - wanted.keys() if prunable(path)]
    names = named(unwanted) if unwanted else {}
    unwanted.sort(key=lambda path: (not looks_like_dockerfile(path), path))
    return [
        FileChange(path, FileAction.DELETE, old=read(root, path))
        for path in unwanted
        if is_own(root, path, names)
    ]


def _is_in_the_way(path: str, wanted: Mapping[str, bytes], wanted_folders: Collection[str]) -> bool:
    """Return whether a file is where a folder must be, or in a folder where a file must be."""
    return path in wanted_folders or any(parent in wanted for parent in parents(path))


def _is_folder(root: Path, path: str, there: Survey, gone: AbstractSet[str]) -> bool:
    """Return whether a path is a folder that stays when some files are gone."""
    if not os.path.isdir(os.path.join(root, path)):
        return False
    inside = [each for each in (*there.files, *there.obstacles) if each.startswith(f"{path}/")]
    return not inside or not gone >= {*inside}


def in_place(
    root: Path, path: str, render: Callable[[bytes | None], bytes | None]
) -> FileChange | None:
    """Return the change of one file outside of a survey; None if it stays unchanged.

    `render` takes the present content, or None if the file does not exist; it returns the
    wanted content, or None if the file is not wanted. Raises InputError if the file can't
    be read or written.
    """
    file = root / path
    old: bytes | None = None
    try:
        old = file.read_bytes()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    new = render(old)
    if new is None or new == old:
        return None
    if file.is_symlink():
        raise InputError(
            f"{path} is a symbolic link; tagmatrix does not write through links: remove it"
        )
    action = FileAction.CREATE if old is None else FileAction.UPDATE
    return FileChange(path, action, old=old or b"", new=new)


def _refuse_obstacles(there: Survey, wanted: Mapping[str, bytes], gone: AbstractSet[str]) -> None:
    """Raise InputError if anything is in the way of wanted files or of their folders.

    `gone` are files that will be deleted.
    """
    folders = {parent for path in wanted for parent in parents(path)}
    problems = [
        f"{path} is a symbolic link or a device; tagmatrix does not write through it: remove it"
        for path in sorted(there.obstacles & (folders | wanted.keys()))
    ]
    problems += [
        f"{path} is a file, but must be a folder; move or remove it"
        for path in sorted((there.files & folders) - gone)
    ]
    if problems:
        raise InputError("\n".join(problems))


def write(root: Path, changes: Iterable[FileChange]) -> None:
    """Make the changes in their order, each file atomically.

    Raises InputError if a change fails; the changes before it are already made.
    """
    for change in changes:
        with input_errors(change.path):
            if change.action is FileAction.DELETE:
                _delete(root, change.path)
            else:
                keep = change.action is FileAction.UPDATE and not change.other_mode
                mode = None if keep else change.executable
                replace(root / change.path, change.new, executable=mode)


def _delete(root: Path, path: str) -> None:
    """Delete a file, and the folders that become empty."""
    (root / path).unlink(missing_ok=True)
    for parent in parents(path):
        if parent == TOP:
            break
        try:
            (root / parent).rmdir()
        except OSError:  # not empty: it holds files that are not generated
            break


def clean(root: Path, leftovers: Iterable[str]) -> None:
    """Remove the temporary files of killed runs."""
    for path in leftovers:
        with contextlib.suppress(OSError):
            (root / path).unlink()
