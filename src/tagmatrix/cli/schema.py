"""Print the format of a file as JSON Schema (for editors) or Markdown (for people).

The files are versions.yaml; the plan, which `tagmatrix plan --format json` prints; the digests
of bases, which `plan --base-digests` reads; and the file that each build writes, DIGESTS/ID.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.cli import option_types
from tagmatrix.cli.output import say
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_RECORDS: Final = {
    "plan": "a build plan of tagmatrix",
    "base-digests": "the digests of base images",
    "built-image": "what a build leaves",
}
"""The files besides versions.yaml, with the titles of their schemas."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    option_types.add_format(parser, "json", "markdown", text="JSON Schema or Markdown")
    parser.add_argument(
        "--of",
        choices=("versions", *_RECORDS),
        default="versions",
        help="the file (default: versions)",
    )


def run(root: Path, args: argparse.Namespace) -> int:  # noqa: ARG001 (unused: it needs no image)
    """Print the schema."""
    if args.of != "versions":
        if args.format != "json":
            raise InputError(f"--of {args.of} has the format json only")
        text = _of_record(args.of)
    else:
        from tagmatrix.config.schema import document, reference  # noqa: PLC0415 (others do not need it)

        text = document() if args.format == "json" else reference()
    say(text.removesuffix("\n"))
    return 0


def _of_record(name: str) -> str:
    """Return the schema of a plan, or of one of the files around it."""
    from tagmatrix.plan.base_digests import BaseDigests  # noqa: PLC0415 (versions.yaml does not need it)
    from tagmatrix.plan.records import Plan  # noqa: PLC0415 (as above)
    from tagmatrix.registry.joins import BuiltImage  # noqa: PLC0415 (as above)
    from tagmatrix.util.json_records import document  # noqa: PLC0415 (as above)

    kinds = {"plan": Plan, "base-digests": BaseDigests, "built-image": BuiltImage}
    return document(kinds[name], _RECORDS[name])
