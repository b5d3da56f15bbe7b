"""Write the site into a folder: each file atomically, `index.json` last.

Only files that the folder's `index.json` lists are deleted, because tagmatrix wrote them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.site import index_file
from tagmatrix.util.files import exclusive, read_bounded, replace, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_MOST_BYTES: Final = 1 << 26


def write(folder: Path, files: Mapping[str, bytes], waiting: Callable[[], None]) -> int:
    """Write the files that differ, delete what the site no longer has; return how many differ.

    Raises InputError if the folder has other files, or can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}") from None
    with exclusive(folder, waiting):
        before = _before(folder)
        changed = 0
        for parent in {(folder / path).parent for path in files}:
            sweep(parent)
        for path, content in files.items():
            changed += _replace(folder / path, content)
        for path in sorted(before - files.keys()):
            changed += _delete(folder, path)
        return changed


def _before(folder: Path) -> set[str]:
    """Return the files that an earlier run wrote. Raises InputError if it was another program."""
    index = folder / index_file.PATH
    if not any(folder.iterdir()):
        return set()
    try:
        value = json.loads(read_bounded(index, _MOST_BYTES))
        ours = value["generated_by"] == index_file.MAKER
        listed = {str(path) for path in value["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        ours, listed = False, set()
    if not ours:
        raise InputError(
            f"{folder} has files that tagmatrix did not write: name an empty folder, or the folder "
            "of an earlier site"
        )
    return listed | {index_file.PATH}


def _replace(path: Path, content: bytes) -> bool:
    """Write a file if it differs; return whether it did."""
    try:
        if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, content)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    return True


def _delete(folder: Path, path: str) -> bool:
    """Delete a file of an earlier site, and its folder if that is empty; never outside."""
    file = folder / path
    parts = path.split("/")
    if ".." in parts or path.startswith("/") or not file.is_file() or file.is_symlink():
        return False
    file.unlink()
    for parent in file.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
    return True
