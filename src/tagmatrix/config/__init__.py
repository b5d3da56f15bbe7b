"""versions.yaml becomes frozen data: `load` reads a file, `parse` its bytes.

`nodes` reads YAML, `shapes` says what a shape is, `format` what versions.yaml
may hold, `checks` what has to fit together, `model` what comes out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tagmatrix.config import checks, nodes
from tagmatrix.config.format import VERSIONS
from tagmatrix.config.model import Config, PageFacts, Regenerate, Release
from tagmatrix.config.shapes import INVALID, Invalid, Reading, TooManyProblemsError
from tagmatrix.errors import InputError
from tagmatrix.files import read_bounded
from tagmatrix.problems import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FILE", "Config", "Release", "load", "parse"]

FILE = "versions.yaml"


def load(folder: Path) -> Config:
    """Read FOLDER/versions.yaml.

    Raises ConfigError with all that is wrong in it, InputError if it can't be read.
    """
    path = folder / FILE
    try:
        data = read_bounded(path, nodes.MAX_BYTES)
    except FileNotFoundError:
        message = f"{path}: no such file; name the image's folder with -C DIR"
        raise InputError(message) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    return parse(data, FILE)


def parse(data: bytes | str, file: str = FILE) -> Config:
    """Read the text of versions.yaml; `file` is its name in messages.

    Raises ConfigError with all that is wrong in it. What is odd but allowed
    is told by `checks.warnings`.
    """
    tree = nodes.read(data.encode() if isinstance(data, str) else data, file)
    reading = Reading()
    values: Any = INVALID
    with suppress(TooManyProblemsError):
        values = VERSIONS.read(tree, (), reading)
    if reading.problems or isinstance(values, Invalid):
        raise ConfigError(file, reading.problems)
    config = _build(values, file, reading)
    problems = checks.problems(config)
    if problems:
        raise ConfigError(file, problems)
    return config


def _build(values: dict[str, Any], file: str, reading: Reading) -> Config:
    managers = values["release_managers"]
    releases = []
    for cycle, release in values.pop("releases").items():
        manager = managers.get(release["release_manager"])
        release["folder"] = release["folder"] or cycle
        releases.append(
            Release(cycle=cycle, openpgp_key=manager and manager.openpgp_key, **release)
        )
    values["page"] = values["page"] or PageFacts()
    values["regenerate"] = values["regenerate"] or Regenerate()
    return Config(**values, releases=tuple(releases), file=file, places=reading.places)
