"""Manifests for tests of imports: entries as (tags, folder), with other fields if needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.imports.importing import import_manifest
from tagmatrix.manifest import parse
from tagmatrix.matrix.tags import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.imports.importing import Imported

COMMIT = "c0" * 20
HEAD = f"""\
Maintainers: Ada Lovelace <ada@example.org> (@ada)
GitRepo: https://github.com/example/engine.git
GitFetch: refs/heads/main
GitCommit: {COMMIT}
"""


def entry(tags: Iterable[str] | str, folder: str = ".", **fields: str) -> str:
    """Return an entry; the names of other fields have `_` for `-`."""
    text = tags if isinstance(tags, str) else ", ".join(tags)
    lines = [f"Tags: {text}", f"Directory: {folder}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\n" + "\n".join(lines) + "\n"


def product(aliases: Iterable[str], suffixes: Iterable[str]) -> list[str]:
    """Return the tags of aliases and suffixes; `latest` is not a word of a longer tag."""
    words = list(aliases)
    return [join(alias, suffix) for suffix in suffixes for alias in words]


def imported(*entries: str, head: str = HEAD) -> Imported:
    """Import a manifest of the image `engine`."""
    return import_manifest("engine", parse(head + "".join(entries)))


def values(*entries: str) -> dict[str, Any]:
    """Return the values of the versions.yaml of a manifest, all of whose entries come out."""
    result = imported(*entries)
    assert not result.missed
    return dict(result.family.values)
