"""Show what the source in `upstream` answers, and what tagmatrix takes from it.

It helps to write a source, and to find out why a release does not come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.cli.dispatch import add_subcommands, dispatch

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

SUBCOMMANDS: Final = {"test": "ask upstream about cycles, and show each answer"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_subcommands(parser, "upstream", SUBCOMMANDS)


def run(root: Path, args: argparse.Namespace) -> int:
    """Run a subcommand, and return its exit code."""
    return dispatch(f"upstream {args.subcommand}", root, args.arguments)
