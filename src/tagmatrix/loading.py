"""From versions.yaml to its images: what every command begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix import laws, matrix
from tagmatrix.problems import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.matrix import Matrix


def load(root: Path) -> tuple[Config, Matrix]:
    """Load ROOT/versions.yaml and expand its matrix; the laws hold for it.

    Imports nothing that is slow to import. Raises ConfigError, InputError.
    """
    return parse(configuration.read_file(root))


def parse(data: bytes | str, file: str = configuration.FILE) -> tuple[Config, Matrix]:
    """Read the text of versions.yaml and expand its matrix; the laws hold for it.

    Raises ConfigError with all that is wrong: with what it says, and with what
    comes out of the part of it that is sound.
    """
    draft = configuration.read(data, file)
    problems = list(draft.problems)
    part = draft.sound
    if part is not None:
        expanded = matrix.expand(part.config)
        problems += laws.breaches(part.config, expanded, whole=part.whole, excluded=part.excluded)
        if not problems:
            return draft.config, expanded
    raise ConfigError(file, problems)
