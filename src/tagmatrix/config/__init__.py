"""Read versions.yaml as frozen data: `load` reads a file, `parse` reads its bytes.

`yaml` reads YAML. `shapes` defines the kinds of values, `format` defines each key
of versions.yaml, `checks` compares values with each other, `whole_file` uses all of
them, and `model` holds the classes of the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.config.model import Config, Release
from tagmatrix.config.yaml import MAX_BYTES
from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FILE", "Config", "Release", "load", "parse", "read_file"]

FILE: Final = "versions.yaml"


def load(folder: Path) -> Config:
    """Read FOLDER/versions.yaml.

    Raises ConfigError with all problems of the file, InputError if it can't be read.
    """
    return parse(read_file(folder))


def read_file(folder: Path) -> bytes:
    """Return the bytes of FOLDER/versions.yaml. Raises InputError."""
    path = folder / FILE
    try:
        return read_bounded(path, MAX_BYTES)
    except FileNotFoundError:
        message = (
            f"{path}: no such file; set the image's folder with -C DIR, or begin one: "
            "tagmatrix init"
        )
        raise InputError(message) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def parse(data: bytes | str, file: str = FILE) -> Config:
    """Read the text of versions.yaml; `file` is its name in messages.

    Raises ConfigError with all errors of shapes and references. `checks.warnings`
    returns what is allowed but probably a mistake.
    """
    from tagmatrix.config import whole_file  # noqa: PLC0415 (most runs have it in the cache)

    return whole_file.parse(data, file)
