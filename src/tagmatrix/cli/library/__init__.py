"""Read any official-images manifest, one's own or another's.

A MANIFEST is a name in the library, a path, an http or https address, `-` for
standard input, or REV:path in the git repository. Its JSON, as `cat --format
json` prints it, is read as well. The library is --library DIR, or what
TAGMATRIX_LIBRARY says, or the folder `library`. Relative paths start at -C DIR.
"""

from __future__ import annotations

import argparse
import io
import sys
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.dispatch import dispatch

if TYPE_CHECKING:
    from pathlib import Path

SUBCOMMANDS: Final = {
    "list": "the tags of manifests, one a line",
    "cat": "manifests as bashbrew prints them, or as JSON",
    "show": "what a tag is, and what is built from it",
    "check": "what bashbrew lets pass and people regret",
    "diff": "what moves between two manifests, and who has to know",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    rows = "\n".join(f"  {name:<12}{text}" for name, text in SUBCOMMANDS.items())
    parser.epilog = f"subcommands:\n{rows}"
    parser.add_argument("subcommand", metavar="SUBCOMMAND", choices=SUBCOMMANDS, help="see below")
    parser.add_argument(
        "arguments",
        metavar="...",
        nargs=argparse.REMAINDER,
        help="see tagmatrix library SUBCOMMAND --help",
    )


def run(root: Path, args: argparse.Namespace) -> int:
    """Run a subcommand and return its exit code."""
    # A manifest is UTF-8, whatever the terminal is, and may have bytes that are not.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    return dispatch(f"library {args.subcommand}", root, args.arguments)
