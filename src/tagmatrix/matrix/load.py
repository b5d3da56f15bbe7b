"""Load versions.yaml, expand its matrix and check the laws: the first step of all commands."""

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
    """Load ROOT/versions.yaml, expand its matrix and check the laws.

    This imports no slow module. Raises ConfigError, InputError.
    """
    return parse(configuration.read_file(root))


def parse(data: bytes | str, file: str = configuration.FILE) -> tuple[Config, Matrix]:
    """Read the text of versions.yaml, expand its matrix and check the laws.

    Raises ConfigError with all errors of shapes and references; if there are none,
    with all breaches of laws.
    """
    config = configuration.parse(data, file)
    expanded = expand(config)
    if problems := laws.breaches(config, expanded):
        raise ConfigError(file, problems)
    return config, expanded


def odd(config: Config, expanded: Matrix) -> list[Problem]:
    """Return what is allowed but probably a mistake, in the file and in its matrix."""
    return [*checks.warnings(config), *laws.warnings(config, expanded)]


def warnings(config: Config, expanded: Matrix) -> list[str]:
    """Return the lines of the warnings, in the order of the file."""
    return [problem.text(config.file) for problem in in_order(odd(config, expanded))]
