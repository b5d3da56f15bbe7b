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


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """The names that a file defines, including those of entries that could not be read.

    Attributes:
        made: the variants that flavors and suites define.
        variants: the same, and the variants that are listed one by one.
        artifacts: the artifacts that variants need.

    Each of the three is None if a value that it depends on could not be read.
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
    entries = len(names["flavors"]) == len(config.flavors) and len(names["suites"]) == len(
        config.suites
    )
    releases = len(names["releases"]) == len(config.releases)
    inside = {path[0] for path in gaps if path[2:3] in {("name",), ("flavors",)}}
    flavors_known = all(
        flavor in config.flavors for suite in config.suites.values() for flavor in suite.flavors
    )
    made = config.known_variants()
    made_known = entries and flavors_known and inside.isdisjoint({"flavors", "suites"})
    listed = [choice for _, choice in config.listed_variants()]
    listed_known = releases and not any(
        path[:1] == ("variants",) or path[2:3] == ("variants",) for path in gaps
    )
    needs = [*(flavor.needs for flavor in config.flavors.values()), *(one.needs for one in listed)]
    needs_known = entries and not any(path[2:3] == ("needs",) for path in gaps)
    return Defined(
        flavors=names["flavors"],
        suites=names["suites"],
        cycles=names["releases"],
        settings=names["settings"],
        release_managers=names["release_managers"],
        made=made if made_known else None,
        variants=[*(choice.name for choice in listed), *made]
        if made_known and listed_known
        else None,
        artifacts={artifact for some in needs for artifact in some or ()}
        if needs_known and listed_known
        else None,
    )


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """Return the message for a name that is not defined, with the most similar one."""
    return f'there is no {kind} "{shown(name)}"{nearest(name, known)}'
