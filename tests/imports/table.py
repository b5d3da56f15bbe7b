"""Measure imports: `python -m tests.imports.table FILE...` prints a line for each manifest.

Without files it reads the published manifests of the tests. The columns are: the entries; those
that the imported file makes exactly; those that differ by architecture, which versions.yaml does
not describe; the tags; those with a word that is written out for one variant of one release; and
the lines of the file. GitCommit does not count, tags are sets.
"""

from __future__ import annotations

import re
import sys
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagmatrix.errors import TagmatrixError
from tagmatrix.imports.importing import import_manifest
from tagmatrix.manifest import parse
from tagmatrix.matrix import load
from tests.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagmatrix.imports.flavors import Odd
    from tagmatrix.imports.importing import Imported
    from tagmatrix.matrix.tags import Tag

_HOLE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Row:
    """The result for a manifest, as numbers."""

    entries: int = 0
    exact: int = 0
    out_of_scope: int = 0
    tags: int = 0
    listed: int = 0
    lines: int = 0

    def __add__(self, other: Row) -> Row:
        """Return the sums."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Row(*(one + another for one, another in pairs))


def measure(name: str, text: str) -> Row:
    """Import a manifest, and return its row."""
    manifest = parse(text)
    entries = len(manifest.entries)
    tags = sum(len(each.tags) + len(each.shared_tags) for each in manifest.entries)
    out = sum(bool(entry.arch_values) for entry in manifest.entries)
    try:
        result = import_manifest(name, manifest)
    except TagmatrixError:
        return Row(entries, 0, out, tags)
    return Row(
        entries,
        entries - len(result.missed),
        out,
        tags,
        sum(1 for _ in listed_tags(result)),
        len(result.text.splitlines()),
    )


def listed_tags(result: Imported) -> Iterator[Tag]:
    """Yield the tags with a word that is written out for one variant of one release."""
    _, matrix = load.parse(result.text)
    odd = {(one.placed.release.cycle, one.placed.variant): one for one in result.family.odd}
    for image in matrix.images:
        if one := odd.get((image.cycle, image.name)):
            suffixes, aliases = _words(one)
            for tag in image.all_tags:
                if tag.alias.text in aliases or tag.spelling.text in suffixes:
                    yield tag


def _words(odd: Odd) -> tuple[set[str], set[str]]:
    """Return the suffixes and the aliases that are written out for a variant."""
    suffixes: set[str] = set()
    aliases = set(odd.values.get("aliases", ())) | {odd.values.get("version", "")}
    items: list[Any] = [*odd.values.get("tags", ()), *odd.values.get("shared_tags", ())]
    for item in items:
        suffixes.add(item if isinstance(item, str) else item["suffix"])
        if isinstance(item, dict):
            aliases.update(item.get("aliases", ()))
    return _literal(suffixes), _literal(aliases)


def _literal(words: Iterable[str]) -> set[str]:
    return {word for word in words if word and not _HOLE.search(word)}


def table(manifests: Iterable[tuple[str, str]]) -> str:
    """Return the table with its sums."""
    rows = [(name, measure(name, text)) for name, text in manifests]
    rows.append(("all", sum((row for _, row in rows), Row())))
    names = ("", "entries", "exact", "out of scope", "tags", "listed", "lines")
    lines = [_line(names), *(_line((name, *map(str, astuple(row)))) for name, row in rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"{cells[0]:<18}" + "".join(f"{cell:>14}" for cell in cells[1:])


def published() -> dict[str, str]:
    """Return the texts of the published manifests by name."""
    return {name: value["text"] for name, value in facts("manifests").items()}


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:]]
    texts = {str(path): path.read_text(encoding="utf-8") for path in paths} or published()
    sys.stdout.write(table((Path(name).name, text) for name, text in texts.items()) + "\n")
