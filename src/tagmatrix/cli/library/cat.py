"""Print manifests as bashbrew prints them, or as JSON.

`tagmatrix.manifest.from_json` reads the JSON of one manifest. The JSON of several, or
of a folder, is a list under "manifests", each with its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.cli import option_types
from tagmatrix.cli.library import arguments
from tagmatrix.cli.output import say, say_json
from tagmatrix.errors import InputError
from tagmatrix.manifest.errors import ManifestError
from tagmatrix.manifest.jsonform import to_json
from tagmatrix.manifest.parse import parse
from tagmatrix.manifest.printing import dumps

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from tagmatrix.manifest.model import Entry, Manifest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_manifests(parser, tags=True)
    arguments.add_library(parser)
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Print the manifests."""
    found = arguments.find_manifests(root, args, tags=True)
    manifests = [
        (source.name, arguments.only_tag(source, source.manifest())) for source in found.sources
    ]
    if args.format == "text":
        texts = (_text(name, manifest) for name, manifest in manifests)
        say("\n".join(texts).removesuffix("\n"))
    elif found.single:
        say_json(to_json(manifests[0][1]))
    else:
        values = [{"name": name, **to_json(manifest)} for name, manifest in manifests]
        say_json({"manifests": values})
    return 0


def _text(name: str, manifest: Manifest) -> str:
    """Return a manifest's text. Raise InputError if it would not mean the same when read."""
    text = dumps(manifest)
    try:
        again = parse(text, any_architecture=True)
        same = list(map(_build, again.entries)) == list(map(_build, manifest.entries))
        same = same and all(map(_is_one_item, _list_items(manifest)))
        problem = "" if same else "its text means another one"
    except ManifestError as error:
        problem = str(error)
    if problem:
        raise InputError(
            f"{name}: the format cannot express this manifest ({problem}); use --format json, or "
            "remove line breaks and commas from its values"
        )
    return text


def _list_items(manifest: Manifest) -> Iterator[str]:
    """Yield the maintainers and constraints of all paragraphs."""
    for entry in (manifest.global_, *manifest.entries):
        yield from map(str, entry.maintainers)
        yield from entry.constraints


def _is_one_item(value: str) -> bool:
    """Return whether reading takes a printed item of a list for one item again."""
    return "," not in value and "\n" not in value


def _build(entry: Entry) -> Entry:
    """Return an entry without the lists that reading adds to those of the first paragraph."""
    return replace(entry, maintainers=(), constraints=())
