"""Load versions.yaml, expand its matrix and check the laws: the first step of all commands.

A run with the cache does this only for a text that is new; see `util.kept_values`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix import config as configuration
from tagmatrix.problems import ConfigError, in_order
from tagmatrix.util import kept_values, private_cache

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.matrix.image import Matrix
    from tagmatrix.problems import Problem

_KIND: Final = "matrix"


class Loaded(NamedTuple):
    """A versions.yaml without errors, and the matrix that it makes.

    `odd` is what is allowed but probably a mistake, and `digest` a hash of the text.
    """

    config: Config
    matrix: Matrix
    odd: tuple[Problem, ...]
    digest: bytes


def load(root: Path) -> tuple[Config, Matrix]:
    """Load ROOT/versions.yaml, expand its matrix and check the laws.

    This imports no slow module. Raises ConfigError, InputError.
    """
    return load_all(root)[:2]


def load_all(root: Path) -> Loaded:
    """Load ROOT/versions.yaml as `load` does, and what is odd in it."""
    data = configuration.read_file(root)
    digest = private_cache.digest(data)
    loaded: Loaded | None = kept_values.get(_KIND, digest, digest)
    if loaded is None:
        config, matrix = parse(data)
        loaded = Loaded(config, matrix, tuple(odd(config, matrix)), digest)
        kept_values.put(_KIND, digest, digest, loaded)
    return loaded


def parse(data: bytes | str, file: str = configuration.FILE) -> tuple[Config, Matrix]:
    """Read the text of versions.yaml, expand its matrix and check the laws.

    Raises ConfigError with all errors of shapes and references; if there are none,
    with all breaches of laws.
    """
    from tagmatrix.matrix import laws  # noqa: PLC0415 (not with a value of the cache)
    from tagmatrix.matrix.expand import expand  # noqa: PLC0415 (as above)

    config = configuration.parse(data, file)
    expanded = expand(config)
    if problems := laws.breaches(config, expanded):
        raise ConfigError(file, problems)
    return config, expanded


def odd(config: Config, expanded: Matrix) -> list[Problem]:
    """Return what is allowed but probably a mistake, in the file and in its matrix."""
    from tagmatrix.config import checks  # noqa: PLC0415 (not with a value of the cache)
    from tagmatrix.matrix import laws  # noqa: PLC0415 (as above)

    return [*checks.warnings(config), *laws.warnings(config, expanded)]


def warnings(config: Config, expanded: Matrix) -> list[str]:
    """Return the lines of the warnings, in the order of the file."""
    return [problem.text(config.file) for problem in in_order(odd(config, expanded))]
