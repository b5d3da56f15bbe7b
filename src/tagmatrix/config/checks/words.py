"""What several checks say and ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config.shapes import nearest
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath

Finding: TypeAlias = "tuple[ValuePath, str]"


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """Say that a name refers to nothing, and which is the nearest."""
    return f'there is no {kind} "{shown(name)}"{nearest(name, known)}'


def all_flavors_known(config: Config) -> bool:
    """Tell whether variants can be named: each suite has flavors that there are."""
    return all(name in config.flavors for suite in config.suites.values() for name in suite.flavors)
