"""Print the format of versions.yaml as JSON Schema (for editors) or Markdown (for people)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli.output import say
from tagmatrix.config.schema import document, reference

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--format", choices=("json", "markdown"), default="json")


def run(root: Path, args: argparse.Namespace) -> int:  # noqa: ARG001 (unused: it needs no image)
    """Print the schema."""
    text = document() if args.format == "json" else reference()
    say(text.removesuffix("\n"))
    return 0
