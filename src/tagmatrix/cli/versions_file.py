"""Read and write versions.yaml, for the commands that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix.cli.output import say_waiting
from tagmatrix.errors import InputError
from tagmatrix.util import files

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.cli.github_actions import At
    from tagmatrix.config import Config


def read(root: Path) -> bytes:
    """Return the file's bytes. Raises InputError if it is unreadable or a symbolic link."""
    path = root / configuration.FILE
    if path.is_symlink():
        raise InputError(f"{path} is a symbolic link; name the folder that the file itself is in")
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror}; name the image's folder with -C DIR"
        raise InputError(message) from None


def write(root: Path, before: bytes, after: str) -> None:
    """Write the file in one step, unless it differs from `before`, the bytes that were read.

    Raises InputError.
    """
    path = root / configuration.FILE
    with files.exclusive(root, say_waiting):
        if read(root) != before:
            raise InputError(
                f"another process changed {path}; nothing is written: run the command again"
            )
        files.sweep(root)
        with files.input_errors(path):
            files.replace(path, after.encode())


def place(config: Config, *path: str | int) -> At | None:
    """Return the place of a value, for annotations; None if it is not in the file."""
    found = config.places.get(path)
    return (config.file, found.line, found.column) if found else None
