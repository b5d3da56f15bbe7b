"""The repositories that a command works on, and which images each one has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.registry.names import repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image
    from tagmatrix.registry.names import Repository


def _every(_: Image) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Target:
    """A repository; `has` returns whether an image is published there."""

    repository: Repository
    has: Callable[[Image], bool] = _every


def targets(config: Config, named: str | None) -> list[Target]:
    """Return the repositories of versions.yaml, or the one that an option names.

    Raises InputError if there is none.
    """
    if named is not None:
        return [Target(repository(named))]
    raise InputError(f"{config.file} names no repository; name one with --registry")


def allowed_http(config: Config) -> frozenset[str]:
    """Return the hosts for which versions.yaml allows http."""
    del config  # no key allows it yet
    return frozenset()
