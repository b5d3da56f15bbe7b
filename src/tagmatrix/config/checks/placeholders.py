"""Check that each placeholder of a pattern is known there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix.config.checks.defined import texts_in
from tagmatrix.config.patterns import holes
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config
    from tagmatrix.problems import ValuePath

_USUAL: Final = ("suite", "cycle", "version", "name")
_KEYS: Final = {
    "name": ("suite", "cycle", "version"),
    "folder": _USUAL,
    "dockerfile": _USUAL,
    "base": _USUAL,
    "ref": _USUAL,
    "template": _USUAL,
    "alias": (*_USUAL, "alias"),
    "aliases": (*_USUAL, "major"),
    "files": _USUAL,
    "constraints": _USUAL,
}
"""The keys of flavors and variants that have patterns, and their placeholders besides axes."""


def placeholders(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that each placeholder is known in its pattern."""
    owners: list[tuple[ValuePath, object]] = [
        (("flavors", name), flavor) for name, flavor in config.flavors.items()
    ]
    owners += [(("releases", one.cycle), replace(one, aliases=())) for one in config.releases]
    for path, owner in [*owners, *config.listed_variants()]:
        for key, usual in _KEYS.items():
            for at, text in texts_in((*path, key), getattr(owner, key, None)):
                yield from _unknown(at, text, (*usual, *names.axes))
    known = (*_USUAL, "folder", *names.axes)
    yield from _unknown(("layout",), config.layout.pattern, known)
    for path, suffix in config.listed_suffixes():
        yield from _unknown(path, suffix.suffix, (*_USUAL, *names.axes))
        for at, text in texts_in((*path, "aliases"), suffix.aliases):
            yield from _unknown(at, text, (*_KEYS["aliases"], *names.axes))


def _unknown(path: ValuePath, text: str, known: tuple[str, ...]) -> Iterator[Finding]:
    if "{" not in text:
        return
    if path[-1] == "base":
        text = text.removeprefix("{image}:")
    for name in dict.fromkeys(holes(text)):
        if name not in known:
            near = nearest(f"{{{name}}}", [f"{{{one}}}" for one in known]) or "; remove it"
            yield path, f"there is no placeholder {{{shown(name)}}} here{near}"
    if path[-1] == "alias" and text.count("{alias}") > 1:
        yield path, "{alias} is twice in this pattern; keep one"
