"""What several checks say and ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config.shapes import nearest
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.config.gaps import Gaps
    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath

Finding: TypeAlias = "tuple[ValuePath, str]"


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """Say that a name refers to nothing, and which is the nearest."""
    return f'there is no {kind} "{shown(name)}"{nearest(name, known)}'


def all_flavors_known(config: Config) -> bool:
    """Tell whether each suite has flavors that there are."""
    return all(name in config.flavors for suite in config.suites.values() for name in suite.flavors)


def all_variants_known(config: Config, gaps: Gaps) -> bool:
    """Tell whether the variants that flavors and suites make have all been read."""
    return (
        all_flavors_known(config)
        and gaps.complete("flavors", config.flavors)
        and gaps.complete("suites", config.suites)
        and not gaps.at("name", "flavors")
        and not gaps.at("flavors", "suites")
    )
