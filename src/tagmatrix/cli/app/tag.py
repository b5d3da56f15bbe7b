"""Give a local image another name, with the engine's own command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.app.engines import engine
from tagmatrix.cli.app import arguments

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("image", metavar="NAME:TAG", type=arguments.image, help="the image")
    parser.add_argument("new", metavar="NEW:TAG", type=arguments.new_image, help="its new name")
    arguments.add_engine(parser)


def run(root: Path, args: argparse.Namespace) -> int:  # noqa: ARG001 (unused: it needs no folder)
    """Add the name, and return the exit code."""
    return arguments.run_engine(engine.find(args.engine).tag(args.image, args.new))
