"""versions.yaml becomes frozen data: `load` reads a file, `parse` its bytes.

`nodes` reads YAML, `shapes` says what a shape is, `format` what versions.yaml
may hold, `checks` what has to fit together, `model` what comes out.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.config import checks
from tagmatrix.config.checks import size
from tagmatrix.config.format import VERSIONS
from tagmatrix.config.gaps import Gaps
from tagmatrix.config.model import Config, PageFacts, Regenerate, Release
from tagmatrix.config.recovery import sound
from tagmatrix.config.shapes import Reading, TooManyProblemsError
from tagmatrix.config.yaml import tree as nodes
from tagmatrix.errors import InputError
from tagmatrix.problems import ConfigError, Problem
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config.recovery import Sound

__all__ = ["FILE", "Config", "Draft", "Release", "load", "parse", "read", "read_file"]

FILE = "versions.yaml"


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as far as it could be read.

    Attributes:
        config: what it says, with gaps where something is wrong; good if there is no problem.
        problems: what is wrong.
        sound: the part of it that nothing is wrong with; None if that can't be told.
    """

    config: Config
    problems: tuple[Problem, ...]
    sound: Sound | None


def load(folder: Path) -> Config:
    """Read FOLDER/versions.yaml.

    Raises ConfigError with all that is wrong in it, InputError if it can't be read.
    """
    return _whole(read(read_file(folder)))


def read_file(folder: Path) -> bytes:
    """Return the bytes of FOLDER/versions.yaml. Raises InputError."""
    path = folder / FILE
    try:
        return read_bounded(path, nodes.MAX_BYTES)
    except FileNotFoundError:
        message = f"{path}: no such file; name the image's folder with -C DIR"
        raise InputError(message) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def parse(data: bytes | str, file: str = FILE) -> Config:
    """Read the text of versions.yaml; `file` is its name in messages.

    Raises ConfigError with all that is wrong in it. What is odd but allowed
    is told by `checks.warnings`.
    """
    return _whole(read(data, file))


def read(data: bytes | str, file: str = FILE) -> Draft:
    """Read the text of versions.yaml as far as possible.

    Raises ConfigError if it is no YAML, or if there are too many problems to go on.
    """
    problems: list[Problem] = []
    tree = nodes.read(data.encode() if isinstance(data, str) else data, file, problems)
    reading = Reading([problem.path for problem in problems])
    values: Any = None
    with suppress(TooManyProblemsError):
        values = VERSIONS.read(tree, (), reading)
    problems += reading.problems
    if values is None:
        raise ConfigError(file, problems)
    config = _build(values, file, reading)
    gaps = Gaps(reading.gaps, reading.keys)
    wrong = set(gaps.paths)
    for path, message in checks.findings(config, gaps):
        wrong.add(path)
        at = reading.in_file(path)
        # What is wrong there has been told, or it follows from that.
        if not gaps.touch(at) and at not in reading.mended:
            problems.append(Problem(at, message, config.place(at)))
    can_be_made = not any(size.size(config))
    return Draft(config, tuple(problems), sound(config, wrong) if can_be_made else None)


def _whole(draft: Draft) -> Config:
    if draft.problems:
        raise ConfigError(draft.config.file, draft.problems)
    return draft.config


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
    return Config(
        **values, releases=tuple(releases), file=file, places=reading.places, keys=reading.keys
    )
