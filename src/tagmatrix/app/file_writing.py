"""Compare the files of a plan with those that are there, and write them.

A file without our header belongs to a person: it is kept, and the difference is shown.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tagmatrix import header
from tagmatrix.app.report import clean
from tagmatrix.errors import InputError
from tagmatrix.util.files import exclusive, input_errors, read_bounded, replace, sweep
from tagmatrix.util.unified_diffs import unified_diff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_MAX_BYTES = 1 << 20
Action: TypeAlias = Literal["create", "update", "keep", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file that a plan has: `keep` means that it is a person's, and stays as it is."""

    path: str
    action: Action
    old: str | None
    new: str

    @property
    def diff(self) -> str:
        """The difference; empty if there is none."""
        return unified_diff(self.old, self.new, self.path)


def compare(root: Path, files: Mapping[str, bytes], *, force: bool) -> list[WantedFile]:
    """Return each file with what has to be done. Raises InputError if one can't be read."""
    return [_compare(root, path, content, force=force) for path, content in files.items()]


def write(root: Path, wanted: list[WantedFile], waiting: Callable[[], None]) -> None:
    """Write the files that have to change, each atomically. Raises InputError."""
    with exclusive(root, waiting):
        for file in wanted:
            if file.action in {"create", "update"}:
                path = root / file.path
                with input_errors(file.path):
                    replace(path, file.new.encode())
                    sweep(path.parent)


def _compare(root: Path, name: str, content: bytes, *, force: bool) -> WantedFile:
    path = root / name
    new = content.decode()
    try:
        inside = path.parent.resolve().is_relative_to(root.resolve())
        if not inside or path.is_symlink():
            raise InputError(f"{name}: is a link: replace it with a file")
        if not os.path.lexists(path):
            return WantedFile(path=name, action="create", old=None, new=new)
        data = read_bounded(path, _MAX_BYTES)
    except (OSError, RuntimeError) as error:
        raise InputError(f"{clean(name)}: {getattr(error, 'strerror', error)}") from None
    data = data.replace(b"\r\n", b"\n")  # git on Windows writes these
    old = data.decode(errors="replace")
    if data == content:
        action: Action = "same"
    elif force or header.is_generated(data, header.APP):
        action = "update"
    else:
        action = "keep"
    return WantedFile(path=name, action=action, old=old, new=new)
