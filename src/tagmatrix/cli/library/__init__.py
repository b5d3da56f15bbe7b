"""Read official-images manifests, your own or others.

A MANIFEST is a name in the library, a path, an http or https address, `-` for
standard input, or REV:path in the git repository. It may also be in the JSON form
that `cat --format json` prints. The library is the folder of --library DIR, or of the
variable TAGMATRIX_LIBRARY, or `library`. Relative paths start at -C DIR.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.dispatch import dispatch

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

SUBCOMMANDS: Final = {
    "list": "list the tags of manifests, one a line",
    "cat": "print manifests as bashbrew does, or as JSON",
    "show": "show the images of a tag, and the images that are built from it",
    "check": "lint manifests: find problems that bashbrew accepts",
    "diff": "compare the tags of two manifests, the worst changes first",
}


def run(root: Path, args: argparse.Namespace) -> int:
    """Run a subcommand, and return its exit code."""
    # A manifest is UTF-8, whatever the terminal's encoding, and may have invalid bytes.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    return dispatch(f"library {args.subcommand}", root, args.arguments)
