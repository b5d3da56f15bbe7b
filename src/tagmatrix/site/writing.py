"""Write the site into a folder: each file atomically, `index.json` last.

A list of all files that a run writes or deletes is in the folder until the run ends, so the next
run knows what a killed one left behind. Nothing outside of the folder is written or deleted, also
if links are in it. Only files that a list or `index.json` names are deleted.
"""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.site import index_file
from tagmatrix.util.files import LEFTOVER, exclusive, input_errors, read_bounded, replace, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

UNFINISHED: Final = ".tagmatrix-site.json"
"""The list of files of a run that has not ended."""
_MOST_BYTES: Final = 1 << 26


def write(folder: Path, files: Mapping[str, bytes], waiting: Callable[[], None]) -> int:
    """Write the files that differ, delete what the site no longer has; return how many differ.

    Raises InputError if the folder has other files, or links, or can't be written.
    """
    with input_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder, waiting):
        sweep(folder)
        before = _before(folder)
        _refuse_links(folder, (UNFINISHED, *files))
        unfinished = folder / UNFINISHED
        _replace(unfinished, index_file.listing(before | files.keys()))
        changed = 0
        for parent in {(folder / path).parent for path in before | files.keys()}:
            if not _has_link(folder, parent):
                sweep(parent)
        *others, last = files
        for path in others:
            changed += _replace(folder / path, files[path])
        for path in sorted(before - files.keys() - {UNFINISHED}):
            changed += _delete(folder, path)
        changed += _replace(folder / last, files[last])
        unfinished.unlink()
        return changed


def changes(folder: Path, files: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """Return the paths that `write` would write, and those that it would delete.

    Raises InputError if the folder has other files, or links.
    """
    try:
        if not folder.exists():
            return [*files], []
        before = _before(folder)
        _refuse_links(folder, (UNFINISHED, *files))
        written = [path for path, content in files.items() if _differs(folder / path, content)]
        others = sorted(before - files.keys() - {UNFINISHED})
        return written, [path for path in others if _is_own(folder, folder / path)]
    except OSError as error:
        raise InputError(f"{error.filename or folder}: {error.strerror}") from None


def _before(folder: Path) -> set[str]:
    """Return the files that earlier runs wrote. Raises InputError if it was another program."""
    if all(LEFTOVER.fullmatch(path.name) for path in folder.iterdir()):
        return set()
    lists = [_listed(folder / name) for name in (UNFINISHED, index_file.PATH)]
    found = [paths for paths in lists if paths is not None]
    if not found:
        raise InputError(
            f"{folder} has files that tagmatrix did not write: name an empty folder, or the folder "
            "of an earlier site"
        )
    return set().union(*found) | {index_file.PATH}


def _listed(path: Path) -> set[str] | None:
    """Return the files that a list names; None if tagmatrix did not write the list."""
    try:
        value = json.loads(read_bounded(path, _MOST_BYTES))
        ours = value["generated_by"] == index_file.MAKER
        return {path for path in value["files"] if _is_inside(path)} if ours else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_inside(path: object) -> bool:
    """Return whether a value is a path that tagmatrix may have written."""
    return (
        isinstance(path, str)
        and path.isprintable()
        and not path.startswith("/")
        and ".." not in path.split("/")
    )


def _refuse_links(folder: Path, paths: Iterable[str]) -> None:
    """Raise InputError if a link or a device is where a file or folder of the site belongs."""
    try:
        wrong = _wrong(folder, paths)
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from None
    if wrong:
        raise InputError(
            "\n".join(
                f"{each}: this is a link, or not what the site has there; delete it"
                for each in sorted(wrong)
            )
        )


def _wrong(folder: Path, paths: Iterable[str]) -> list[Path]:
    """Return links and devices in the places of the site, and files for folders. Raises OSError."""
    files = {*paths}
    folders: set[str] = set()
    for path in files:
        while path := path.rpartition("/")[0]:
            folders.add(path)
    found = []
    for path in files | folders:
        each = folder / path
        try:
            mode = each.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):  # a file in a folder's place is found too
            continue
        if not (stat.S_ISDIR(mode) if path in folders else stat.S_ISREG(mode)):
            found.append(each)
    return found


def _differs(path: Path, content: bytes) -> bool:
    """Return whether a file is missing or has other content. Raises OSError."""
    return not (path.is_file() and path.read_bytes() == content)


def _replace(path: Path, content: bytes) -> bool:
    """Write a file if it differs; return whether it did."""
    with input_errors(path):
        if not _differs(path, content):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, content)
    return True


def _delete(folder: Path, path: str) -> bool:
    """Delete a file of an earlier run, and the folders that are empty then; never outside."""
    file = folder / path
    try:
        there = _is_own(folder, file)
        if there:
            file.unlink()
        for parent in file.parents:
            if parent == folder or _has_link(folder, parent) or any(parent.iterdir()):
                break
            parent.rmdir()
    except OSError:  # another program made it, or the name is too long
        return False
    return there


def _is_own(folder: Path, file: Path) -> bool:
    """Return whether a file is there, and not behind a link."""
    return file.is_file() and not _has_link(folder, file)


def _has_link(folder: Path, path: Path) -> bool:
    """Return whether a path in a folder leads through a link, or is one."""
    inside = (each for each in (path, *path.parents) if folder in each.parents)
    return any(each.is_symlink() for each in inside)
