"""From versions.yaml to its images: what every command begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix import laws, matrix

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.matrix import Matrix


def load(root: Path) -> tuple[Config, Matrix]:
    """Load ROOT/versions.yaml and expand its matrix; the laws hold for it.

    Imports nothing that is slow to import. Raises ConfigError, InputError.
    """
    config = configuration.load(root)
    expanded = matrix.expand(config)
    laws.check(config, expanded)
    return config, expanded
