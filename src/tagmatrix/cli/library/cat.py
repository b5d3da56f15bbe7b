"""Print manifests as bashbrew prints them, or as JSON.

`tagmatrix.manifest.from_json` reads the JSON of one manifest. The JSON of several, or
of a folder, is a list under "manifests", each with its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli.library import arguments
from tagmatrix.cli.output import say, say_json
from tagmatrix.manifest.jsonform import to_json
from tagmatrix.manifest.printing import dumps

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_manifests(parser, tags=True)
    arguments.add_library(parser)
    arguments.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Print the manifests."""
    found = arguments.find_manifests(root, args, tags=True)
    manifests = [
        (source.name, arguments.only_tag(source, source.manifest())) for source in found.sources
    ]
    if args.format == "text":
        say("\n".join(dumps(manifest) for _, manifest in manifests).removesuffix("\n"))
    elif found.single:
        say_json(to_json(manifests[0][1]))
    else:
        values = [{"name": name, **to_json(manifest)} for name, manifest in manifests]
        say_json({"manifests": values})
    return 0
