"""Write the flavors and the variants that do not follow them, as values of versions.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports.bases import guess_base
from tagmatrix.imports.placing import most_common
from tagmatrix.imports.spellings import fit
from tagmatrix.imports.suffix_lists import list_spellings, list_tags, write_spellings

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from tagmatrix.imports.folder_layout import FolderLayout
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.refs import Refs
    from tagmatrix.imports.spellings import Defaults, SuffixPattern

TEMPLATE: Final = "main"
"""The template of all flavors if there are no Dockerfiles to make templates of."""
OF_CYCLES: Final = f"{TEMPLATE}-{{cycle}}"
"""The same where a flavor has images of other refs too."""
ELSEWHERE: Final = "elsewhere"
"""The template of images of other refs. It is not there: their Dockerfiles are not rendered."""
_FIRST: Final = ("folder", "dockerfile", "ref", "base", "template")
"""The keys above the tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A cell with values of its own: a key of a listed variant, and its value, for each."""

    placed: Placed
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlavorValues:
    """A flavor as it is written, its suffixes, and its cells that need values of their own."""

    name: str
    values: Mapping[str, Any]
    spellings: tuple[SuffixPattern, ...]
    odd: tuple[Odd, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a flavor has to know of its family.

    Attributes:
        layout: the layout of the folders.
        defaults: the default suites and axes.
        builder: the builder of most images.
        refs: the refs of cells that are not on the branch of the file.
        owned: the aliases of all releases.
        literal: the numbers of cells whose tags have to be written out.
        written: the values of templates, by the number of a cell.
        sums: the checksums of cells with a version of their own.
    """

    layout: FolderLayout
    defaults: Defaults
    builder: str
    refs: Refs
    owned: frozenset[str]
    literal: frozenset[int]
    written: Mapping[int, Mapping[str, Any]]
    sums: Mapping[str | int, Mapping[str, Any]]


def write_flavor(name: str, cells: Sequence[Placed], around: Around) -> FlavorValues:
    """Return a flavor and its odd cells."""
    spellings, unlike = fit(cells, around.defaults, around.owned)
    base = guess_base(cells[0].pattern, cells[0].suite)
    templates = _templates(cells, around)
    each = [
        _own_values(placed, around, base) | {"template": template}
        for placed, template in zip(cells, templates, strict=True)
    ]
    usual = {key: most_common([own[key] for own in each]) for key in each[0]}
    for key in ("builder", "ref"):  # a variant can name one, but not take the flavor's away
        if not all(own[key] for own in each):
            usual[key] = ""
    odd = []
    shared = any(one.shared for one in spellings)
    for placed, here in zip(cells, each, strict=True):
        own = {key: _plain(value) for key, value in here.items() if value != usual[key]}
        own = _own_tags(placed, around, unlike, shared=shared) | own | _own_version(placed, around)
        if own:
            odd.append(Odd(placed=placed, values=own))
    return FlavorValues(
        name=name,
        values=_values(cells[0], usual, spellings, around),
        spellings=tuple(spellings),
        odd=tuple(odd),
    )


def _values(
    placed: Placed,
    usual: Mapping[str, Hashable],
    spellings: Sequence[SuffixPattern],
    around: Around,
) -> dict[str, Any]:
    """Return the values of a flavor, without those that are the defaults."""
    pattern, prefix = placed.pattern, placed.cell.prefix
    defaults = {
        "folder": usual["folder"] if "{folder}" not in around.layout.layout else "{name}",
        "dockerfile": "Dockerfile",
        "ref": "",
        "needs": (),
        "files": (),
        "constraints": (),
        "builder": around.builder,
    }
    written = {
        key: _plain(value)
        for key, value in usual.items()
        if value != defaults.get(key) and (key != "folder" or value != pattern)
    }
    first: dict[str, Any] = {key: written.pop(key) for key in _FIRST if key in written}
    alias = {"alias": f"{prefix}-{{alias}}"} if prefix else {}
    return {"name": pattern, **first, **alias, **write_spellings(spellings, pattern), **written}


def _own_tags(
    placed: Placed, around: Around, unlike: Sequence[Placed], *, shared: bool
) -> dict[str, Any]:
    """Return the keys of a cell whose tags do not follow the flavor; `shared`: it has such tags."""
    if placed.cell.number in around.literal:
        return list_tags(placed)
    if placed not in unlike:
        return {}
    own = list_spellings(placed, around.owned)
    if not own["shared_tags"] and not shared:
        del own["shared_tags"]
    return own


def _own_version(placed: Placed, around: Around) -> dict[str, Any]:
    """Return the keys of a cell with an older version than its release."""
    own, version = placed.cell.version, placed.release.version
    if not version or own == version:
        return {}
    sums = around.sums.get(placed.cell.number)
    return {"version": own, **({"sha256": dict(sums)} if sums else {})}


def _own_values(placed: Placed, around: Around, base: str) -> dict[str, Hashable]:
    """Return the values of a cell that a flavor has for all its variants; `base` is a guess."""
    entry, number = placed.cell.entry, placed.cell.number
    written = around.written.get(number, {})
    lists = {
        key: tuple(
            item if isinstance(item, str) else tuple(item.items()) for item in written.get(key, ())
        )
        for key in ("needs", "files")
    }
    return {
        "folder": around.layout.folders[number],
        "dockerfile": placed.name.abstract(entry.file, loose=True),
        "ref": around.refs.cells[number],
        "base": written.get("base", base),
        **lists,
        "builder": entry.builder,
        "constraints": _constraints(placed),
    }


def _templates(cells: Sequence[Placed], around: Around) -> list[str]:
    """Return the template of each cell of a flavor; those of cells of other refs are not there."""
    numbers = [placed.cell.number for placed in cells]
    usual = OF_CYCLES if around.refs.cycles else TEMPLATE
    own = {
        number: str(around.written.get(number, {}).get("template", usual))
        for number in numbers
        if number not in around.refs.elsewhere
    }
    common = most_common([*own.values()]) if own else ""
    other = common if around.refs.cycles and "{cycle}" in common else ELSEWHERE
    return [own.get(number, other) for number in numbers]


def _plain(value: Any) -> Any:  # noqa: ANN401 (any value of versions.yaml)
    """Return a value with lists and mappings for tuples and tuples of pairs."""
    if not isinstance(value, tuple):
        return value
    return [dict(item) if isinstance(item, tuple) else item for item in value]


def _constraints(placed: Placed) -> tuple[str, ...]:
    """Return the constraints with holes; the variant's own name is `{name}`."""
    found = (placed.name.abstract(each) for each in placed.cell.entry.constraints)
    return tuple("{name}" if each == placed.pattern else each for each in found)
