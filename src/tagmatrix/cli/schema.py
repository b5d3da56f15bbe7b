"""Print the format of a file as JSON Schema (for editors) or Markdown (for people).

The files are versions.yaml and the plan, which `tagmatrix plan --format json` prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli.output import say
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--format",
        choices=("json", "markdown"),
        default="json",
        help="JSON Schema or Markdown (default: json)",
    )
    parser.add_argument(
        "--of",
        choices=("versions", "plan"),
        default="versions",
        help="the file: versions.yaml, or a plan (default: versions)",
    )


def run(root: Path, args: argparse.Namespace) -> int:  # noqa: ARG001 (unused: it needs no image)
    """Print the schema."""
    if args.of == "plan":
        from tagmatrix.plan import planfile  # noqa: PLC0415 (versions.yaml does not need it)

        if args.format != "json":
            raise InputError("--of plan has the format json only")
        text = planfile.document()
    else:
        from tagmatrix.config.schema import document, reference  # noqa: PLC0415 (as above)

        text = document() if args.format == "json" else reference()
    say(text.removesuffix("\n"))
    return 0
