"""The names that versions.yaml defines, and that its references may use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from tagmatrix.config.cells import known_cells
from tagmatrix.config.model import ContextFile
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath

Finding: TypeAlias = "tuple[ValuePath, str]"

_ENTRY: Final = 2  # the length of the path of an entry: ("flavors", "slim")


class Defined(Struct, frozen=True, kw_only=True):
    """The names that a file defines, including those of entries that could not be read.

    Attributes:
        made: the variants that flavors and suites define.
        variants: the same, and the variants that are listed one by one.
        artifacts: the artifacts that variants need.

    All are quickly searched, and in the order of the file. What may be missing only because a
    value could not be read is None.
    """

    flavors: Collection[str]
    suites: Collection[str]
    cycles: Collection[str]
    axes: Collection[str]
    settings: Collection[str] | None
    components: Collection[str] | None
    release_managers: Collection[str] | None
    made: Collection[str] | None
    variants: Collection[str] | None
    artifacts: Collection[str] | None


def defined(config: Config, *, whole: bool) -> Defined:
    """Return the names that a file defines; `whole` says whether all values could be read."""
    names: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for path in config.keys:
        if len(path) == _ENTRY:
            names[str(path[0])][str(path[1])] = None
    made = known_cells(config)
    listed = [choice for _, choice in config.listed_variants()]
    needs = [*(flavor.needs for flavor in config.flavors.values()), *(one.needs for one in listed)]
    used = {flavor for suite in config.suites.values() for flavor in suite.flavors}
    sure = whole and used <= config.flavors.keys()
    return Defined(
        flavors=names["flavors"],
        suites=names["suites"],
        cycles=names["releases"],
        axes=names["axes"],
        settings=names["settings"] or ({} if whole else None),
        components=names["components"] or ({} if whole else None),
        release_managers=names["release_managers"] or ({} if whole else None),
        made=made if sure else None,
        variants=dict.fromkeys([*(choice.name for choice in listed), *made]) if sure else None,
        artifacts={artifact for some in needs for artifact in some or ()} if sure else None,
    )


def texts_in(path: ValuePath, value: object) -> Iterator[tuple[ValuePath, str]]:
    """Yield the texts in a value, each with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from texts_in((*path, number), item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in((*path, key), item)
    elif isinstance(value, ContextFile):
        for key in ("file", "template", "to"):
            yield from texts_in((*path, key), getattr(value, key))


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """Return the message for a name that is not defined, with the most similar one."""
    if not known:
        return f'there is no {kind} "{shown(name)}": the file defines none; remove it, or define it'
    return f'there is no {kind} "{shown(name)}"{nearest(name, known)}'
