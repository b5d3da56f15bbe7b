"""Write suffixes as lists of `tags` and `shared_tags`: of flavors, and of single variants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.imports.spellings import SUITE, kind
from tagmatrix.manifest.entry_tags import LATEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tagmatrix.imports.placing import Placed
    from tagmatrix.imports.spellings import SuffixPattern


def write_spellings(spellings: Iterable[SuffixPattern], pattern: str) -> dict[str, Any]:
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
