"""From versions.yaml to its images: what every command begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix.config import checks
from tagmatrix.matrix import laws
from tagmatrix.matrix.expand import expand
from tagmatrix.problems import ConfigError, in_order

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.problems import Problem


def load(root: Path) -> tuple[Config, Matrix]:
    """Load ROOT/versions.yaml and expand its matrix; the laws hold for it.

    Imports nothing that is slow to import. Raises ConfigError, InputError.
    """
    return parse(configuration.read_file(root))


def parse(data: bytes | str, file: str = configuration.FILE) -> tuple[Config, Matrix]:
    """Read the text of versions.yaml and expand its matrix; the laws hold for it.

    Raises ConfigError with all errors of shapes and references; where there are none,
    with all breaches of laws.
    """
    config = configuration.parse(data, file)
    expanded = expand(config)
    if problems := laws.breaches(config, expanded):
        raise ConfigError(file, problems)
    return config, expanded


def odd(config: Config, expanded: Matrix) -> list[Problem]:
    """Return what is allowed but odd in the file and in what comes out of it."""
    return [*checks.warnings(config), *laws.warnings(config, expanded)]


def warnings(config: Config, expanded: Matrix) -> list[str]:
    """Return what is allowed but odd, as lines, in the order of the file."""
    return [problem.text(config.file) for problem in in_order(odd(config, expanded))]
