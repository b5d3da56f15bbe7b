"""Compare the wanted files with the present files; show and write the changes.

A new content is written into a temporary file beside its place, which is then renamed:
a run that is killed at any point leaves the old file or the new one. Only generated
files are deleted.
"""

from __future__ import annotations

import contextlib
import enum
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.header import HEAD_BYTES, is_generated
from tagmatrix.util.files import LEFTOVER, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path


class FileAction(enum.StrEnum):
    """How a file has to change."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def done(self) -> str:
        """Return the action as a participle."""
        return f"{self}d"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that has to change; `path` has slashes and is relative to the root.

    `executable` is set if the present file is executable: generated files must not be.
    """

    path: str
    action: FileAction
    old: bytes = field(default=b"", repr=False)
    new: bytes = field(default=b"", repr=False)
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """The files below a folder.

    Attributes:
        files: regular files.
        obstacles: symbolic links, which are never followed, and devices.
        leftovers: temporary files of killed runs.
    """

    files: frozenset[str]
    obstacles: frozenset[str]
    leftovers: tuple[str, ...]


def survey(root: Path, top: str) -> Survey:
    """Return the files below ROOT/top; paths are relative to the root.

    Raises InputError if something can't be read.
    """
    files: set[str] = set()
    obstacles: set[str] = set()
    leftovers: list[str] = []
    folders = [top]
    if (root / top).is_symlink():
        raise InputError(f"{top} is a symbolic link; replace it with a folder")
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise InputError(f"{folder}: {error.strerror}") from None
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif LEFTOVER.fullmatch(entry.name):
                leftovers.append(path)
            elif not entry.is_file(follow_symlinks=False):
                obstacles.add(path)
            else:
                files.add(path)
    return Survey(frozenset(files), frozenset(obstacles), tuple(sorted(leftovers)))


def compare(
    root: Path,
    there: Survey,
    wanted: Mapping[str, bytes],
    *,
    prunable: Callable[[str], bool],
    modes: Callable[[], bool] = lambda: False,
) -> list[FileChange]:
    """Return the changes: wanted files in their order, then deletions.

    An unwanted file is deleted if `prunable` is true for its path and the file begins
    with the header of generated files. `modes` returns whether an executable bit counts
    as a change; it is called only for executable files. Raises InputError if a folder,
    a link or a device is in the place of a file.
    """
    _refuse_obstacles(there, wanted)
    changes: list[FileChange] = []
    for path, new in wanted.items():
        if path not in there.files:
            if os.path.isdir(os.path.join(root, path)):
                raise InputError(f"{path} is a folder, but must be a file; move or remove it")
            changes.append(FileChange(path, FileAction.CREATE, new=new))
            continue
        old, executable = _read_with_mode(root, path)
        executable = executable and modes()
        if executable or old != new:
            changes.append(
                FileChange(path, FileAction.UPDATE, old=old, new=new, executable=executable)
            )
    changes += [
        FileChange(path, FileAction.DELETE, old=_read(root, path))
        for path in sorted(there.files - wanted.keys())
        if prunable(path) and is_generated(_read(root, path, HEAD_BYTES))
    ]
    return changes


def present(root: Path, there: Survey, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the content of those files that exist."""
    return {path: _read(root, path) for path in paths if path in there.files}


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


def _refuse_obstacles(there: Survey, wanted: Mapping[str, bytes]) -> None:
    """Raise InputError if anything is in the way of wanted files or of their folders."""
    folders = {parent for path in wanted for parent in _parents(path)}
    problems = [
        f"{path} is a symbolic link or a device; tagmatrix does not write through it: remove it"
        for path in sorted(there.obstacles & (folders | wanted.keys()))
    ]
    problems += [
        f"{path} is a file, but must be a folder; move or remove it"
        for path in sorted(there.files & folders)
    ]
    if problems:
        raise InputError("\n".join(problems))


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _read(root: Path, path: str, size: int = -1) -> bytes:
    return _read_with_mode(root, path, size)[0]


def _read_with_mode(root: Path, path: str, size: int = -1) -> tuple[bytes, bool]:
    """Return a file's content, and its owner's executable bit: the only bit that git stores.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    try:
        # Strings are faster than Path objects, and this runs for every file.
        with open(os.path.join(root, path), "rb") as file:
            return file.read(size), bool(os.fstat(file.fileno()).st_mode & stat.S_IXUSR)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def write(root: Path, changes: Iterable[FileChange]) -> None:
    """Make the changes in their order, each file atomically.

    Raises InputError if a change fails; the changes before it are already made.
    """
    for change in changes:
        try:
            if change.action is FileAction.DELETE:
                _delete(root, change.path)
            else:
                replace(root / change.path, change.new, executable=not change.executable)
        except OSError as error:
            raise InputError(f"{change.path}: {error.strerror}") from None


def _delete(root: Path, path: str) -> None:
    """Delete a file, and the folders that become empty."""
    (root / path).unlink(missing_ok=True)
    for parent in _parents(path):
        if "/" not in parent:
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


def unified_diff(change: FileChange) -> str:
    """Return a change as a unified diff, as git would print it."""
    from tagmatrix.util import diffs  # noqa: PLC0415 (only `--diff` needs it)

    old = None if change.action is FileAction.CREATE else change.old.decode(errors="replace")
    new = None if change.action is FileAction.DELETE else change.new.decode(errors="replace")
    text = diffs.unified_diff(old, new, change.path)
    if not change.executable:
        return text
    return f"diff --git a/{change.path} b/{change.path}\nold mode 100755\nnew mode 100644\n{text}"
