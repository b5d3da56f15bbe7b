"""Write the flavors and the variants that do not follow them, as values of versions.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports.bases import guess_base
from tagmatrix.imports.placing import most_common
from tagmatrix.imports.spellings import SUITE, fit, kind
from tagmatrix.manifest.entry_tags import LATEST

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

    from tagmatrix.imports.folders import Layout
    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.spellings import Defaults, Spelling

TEMPLATE: Final = "main"
"""The template of all flavors if there are no Dockerfiles to make templates of."""


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
    spellings: tuple[Spelling, ...]
    odd: tuple[Odd, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a flavor has to know of its family.

    Attributes:
        layout: the layout of the folders.
        defaults: the default suites and axes.
        builder: the builder of most images.
        owned: the aliases of all releases.
        literal: the numbers of cells whose tags have to be written out.
        written: the values of templates, by the number of a cell.
        sums: the checksums of cells with a version of their own.
    """

    layout: Layout
    defaults: Defaults
    builder: str
    owned: frozenset[str]
    literal: frozenset[int]
    written: Mapping[int, Mapping[str, Any]]
    sums: Mapping[str | int, Mapping[str, str]]


def write_flavor(name: str, cells: Sequence[Placed], around: Around) -> FlavorValues:
    """Return a flavor and its odd cells."""
    layout, builder = around.layout, around.builder
    spellings, unlike = fit(cells, around.defaults, around.owned)
    pattern = cells[0].pattern
    each = [_own_values(placed, around) for placed in cells]
    usual = {key: most_common([own[key] for own in each]) for key in each[0]}
    values: dict[str, Any] = {"name": pattern}
    if usual["folder"] not in ("{name}", pattern) and "{folder}" in layout.layout:
        values["folder"] = usual["folder"]
    if usual["dockerfile"] != "Dockerfile":
        values["dockerfile"] = usual["dockerfile"]
    values["base"] = usual["base"]
    values["template"] = usual["template"]
    if prefix := cells[0].cell.prefix:
        values["alias"] = f"{prefix}-{{alias}}"
    values |= write_spellings(spellings, pattern)
    for key in ("needs", "files", "constraints"):
        if usual[key]:
            values[key] = _plain(usual[key])
    if usual["builder"] != builder:
        values["builder"] = usual["builder"]
    odd = []
    for placed, here in zip(cells, each, strict=True):
        own: dict[str, Any] = {}
        if placed.cell.number in around.literal:
            own |= list_tags(placed)
        elif placed in unlike:
            own |= list_spellings(placed, around.owned)
        if not own.get("shared_tags") and not any(one.shared for one in spellings):
            own.pop("shared_tags", None)
        own |= {key: _plain(value) for key, value in here.items() if value != usual[key]}
        if placed.cell.version != placed.release.version and placed.release.version:
            own["version"] = placed.cell.version
            if sums := around.sums.get(placed.cell.number):
                own["sha256"] = dict(sums)
        if own:
            odd.append(Odd(placed=placed, values=own))
    return FlavorValues(name=name, values=values, spellings=tuple(spellings), odd=tuple(odd))


def _own_values(placed: Placed, around: Around) -> dict[str, Hashable]:
    """Return the values of a cell that a flavor has for all its variants."""
    entry, number = placed.cell.entry, placed.cell.number
    written = around.written.get(number, {})
    files = tuple(tuple(item.items()) for item in written.get("files", ()))
    return {
        "folder": around.layout.folders[number],
        "dockerfile": entry.file,
        "base": written.get("base") or guess_base(placed.pattern, placed.suite),
        "template": written.get("template", TEMPLATE),
        "needs": tuple(written.get("needs", ())),
        "files": files,
        "builder": entry.builder,
        "constraints": _constraints(placed),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 (any value of versions.yaml)
    """Return a value with lists and mappings for tuples and tuples of pairs."""
    if not isinstance(value, tuple):
        return value
    return [dict(item) if isinstance(item, tuple) else item for item in value]


def _constraints(placed: Placed) -> tuple[str, ...]:
    """Return the constraints with holes; the variant's own name is `{name}`."""
    found = (placed.name.abstract(each) for each in placed.cell.entry.constraints)
    return tuple("{name}" if each == placed.pattern else each for each in found)


def write_spellings(spellings: Iterable[Spelling], pattern: str) -> dict[str, Any]:
    """Return the keys of a flavor for its suffixes."""
    lists: dict[str, list[Any]] = {"tags": [], "shared_tags": []}
    on_default: dict[str, list[Any]] = {}
    for spelling in spellings:
        key = "shared_tags" if spelling.shared else "tags"
        text = "{name}" if spelling.suffix == pattern else spelling.suffix
        if spelling.on == (SUITE,):
            item = _item(text, spelling.aliases, ())
            on_default.setdefault(key, []).append(item)
        else:
            lists[key].append(_item(text, spelling.aliases, spelling.on))
    values: dict[str, Any] = {}
    if lists["tags"] != ["{name}"]:
        values["tags"] = lists["tags"]
    if lists["shared_tags"]:
        values["shared_tags"] = lists["shared_tags"]
    if on_default:
        values["on_default_suite"] = on_default
    return values


def _item(text: str, aliases: Sequence[str] | None, on: Sequence[str]) -> Any:  # noqa: ANN401 (a text or a mapping)
    if aliases is None and not on:
        return text
    item: dict[str, Any] = {"suffix": text}
    if aliases is not None:
        item["aliases"] = list(aliases)
    if on:
        item["on_default"] = list(on)
    return item


def list_spellings(placed: Placed, owned: Collection[str]) -> dict[str, Any]:
    """Return the keys of a listed variant for all its suffixes; `owned` are all aliases.

    The aliases of a suffix beside it can be those of its release, and words that no release
    owns. If an image has an alias of another release, its own list replaces the release's.
    """
    lists: dict[str, list[Any]] = {"tags": [], "shared_tags": []}
    own = set(placed.aliases)
    foreign = [alias for alias in placed.cell.aliases if alias not in own and alias in owned]
    if foreign:
        own = set(placed.cell.aliases)
    for suffix, aliases in placed.spellings.items():
        text = "{name}" if suffix.text == placed.pattern else suffix.text
        more = [alias for alias in aliases if alias not in own]
        items = lists["shared_tags" if suffix.shared else "tags"]
        if own <= set(aliases):
            items.append(text)
        if missing := set(aliases) - set(more) if not own <= set(aliases) else set():
            more = [alias for alias in aliases if alias in missing or alias in more]
        if more:
            items.append(_item(text, [kind(alias, placed) for alias in more], ()))
    values: dict[str, Any] = dict(lists)
    if foreign:
        values["aliases"] = [kind(alias, placed) for alias in placed.cell.aliases]
    return values


def list_tags(placed: Placed) -> dict[str, Any]:
    """Return the keys of a listed variant whose tags are written out."""
    entry = placed.cell.entry
    values: dict[str, Any] = {
        "tags": ["" if tag == LATEST else tag for tag in entry.tags],
        "shared_tags": ["" if tag == LATEST else tag for tag in entry.shared_tags],
        "aliases": [LATEST],
    }
    if placed.cell.prefix:
        values["alias"] = "{alias}"
    return values
