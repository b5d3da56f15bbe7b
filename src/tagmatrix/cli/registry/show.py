"""Show one image of a registry: its platforms, sizes, layers, labels and annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli.output import say, say_json
from tagmatrix.cli.registry import arguments
from tagmatrix.registry.listing import detail
from tagmatrix.registry.repositories import RegistryRepository, reference
from tagmatrix.util.wording import one_line
from tagmatrix.web.addresses import shown

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tagmatrix.registry.listing import Detail


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "image", metavar="REF", help="an image: ghcr.io/me/python:3.14, or with @sha256:..."
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Show the image, and return the exit code."""
    named = reference(args.image)
    repository = RegistryRepository.of(named)
    registry = arguments.connect(args, arguments.config_of(root))
    found = arguments.value_of(detail(registry, repository, named.pulled))
    if args.format == "json":
        say_json({"repository": str(repository), **found.to_json()})
    else:
        say("\n".join(_lines(found)))
    return 0


def _lines(found: Detail) -> Iterator[str]:
    yield f"digest      {found.digest}"
    yield f"type        {found.media_type}"
    yield from _pairs("annotation", found.annotations, "")
    if found.attestations:
        yield f"attested    {found.attestations} attestations"
    for image in found.images:
        version = f" {image.os_version}" if image.os_version else ""
        yield ""
        yield f"{image.platform}{version}"
        yield f"  digest    {image.digest}"
        yield f"  created   {image.created or '-'}"
        yield f"  size      {image.size:,} bytes"
        yield from (f"  layer     {each.digest} {each.size:,}" for each in image.layers)
        yield from _pairs("label", image.labels, "  ")
        yield from _pairs("annotation", image.annotations, "  ")


def _pairs(word: str, pairs: Mapping[str, str], indent: str) -> Iterator[str]:
    for name, text in sorted(pairs.items()):
        yield f"{indent}{word:<12}{shown(one_line(name))}={shown(one_line(text))}"
