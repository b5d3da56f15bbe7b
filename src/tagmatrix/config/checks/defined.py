"""The names that versions.yaml defines, and that its references may use."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath

Finding: TypeAlias = "tuple[ValuePath, str]"

_ENTRY: Final = 2  # the length of the path of an entry: ("flavors", "slim")
_PARTS: Final = {("name",), ("flavors",), ("variants",), ("needs",)}
"""The keys of entries that variants and artifacts depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """The names that a file defines, including those of entries that could not be read.

    Attributes:
        made: the variants that flavors and suites define.
        variants: the same, and the variants that are listed one by one.
        artifacts: the artifacts that variants need.

    The three are None if a value that they depend on could not be read.
    """

    flavors: Sequence[str]
    suites: Sequence[str]
    cycles: Sequence[str]
    settings: Sequence[str]
    release_managers: Sequence[str]
    made: Collection[str] | None
    variants: Collection[str] | None
    artifacts: Collection[str] | None


def defined(config: Config, gaps: Collection[ValuePath]) -> Defined:
    """Return the names that a file defines; `gaps` are the paths that could not be read."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for path in config.keys:
        if len(path) == _ENTRY:
            names[str(path[0])].append(str(path[1]))
    made = config.known_variants()
    listed = [choice for _, choice in config.listed_variants()]
    needs = [*(flavor.needs for flavor in config.flavors.values()), *(one.needs for one in listed)]
    whole = (
        len(names["flavors"]) == len(config.flavors)
        and len(names["suites"]) == len(config.suites)
        and len(names["releases"]) == len(config.releases)
        and {flavor for suite in config.suites.values() for flavor in suite.flavors}
        <= config.flavors.keys()
        and not any(path[:1] == ("variants",) or path[2:3] in _PARTS for path in gaps)
    )
    return Defined(
        flavors=names["flavors"],
        suites=names["suites"],
        cycles=names["releases"],
        settings=names["settings"],
        release_managers=names["release_managers"],
        made=made if whole else None,
        variants=[*(choice.name for choice in listed), *made] if whole else None,
        artifacts={artifact for some in needs for artifact in some or ()} if whole else None,
    )


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """Return the message for a name that is not defined, with the most similar one."""
    return f'there is no {kind} "{shown(name)}"{nearest(name, known)}'
