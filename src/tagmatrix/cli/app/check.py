"""Check the files that `app write` wrote, for example in CI.

The exit code is 3 if the base's tag has ended, is gone or has lost an architecture, or if
the application's files now lead to other decisions. The command writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.app import checking
from tagmatrix.cli import option_types
from tagmatrix.cli.app import arguments
from tagmatrix.cli.app.write import place
from tagmatrix.cli.output import say, say_json, summary
from tagmatrix.manifest.architectures import named

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_DIFFERENCE = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_folder(parser)
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        type=named,
        action="append",
        default=[],
        help="an architecture that the base must have, such as arm64v8 or arm64; may be repeated "
        "(default: amd64)",
    )
    arguments.add_as_of(parser)
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Check the files, and return the exit code."""
    folder = root / args.folder
    checked = checking.check(folder, arguments.day(args), args.arch or ["amd64"])
    arguments.show_warnings(checked.prepared.report)
    if args.format == "json":
        say_json(
            {
                "base": str(checked.prepared.plan.base),
                "findings": [{"text": one.text, **place(one.source)} for one in checked.findings],
                "different": [file.path for file in checked.different],
            }
        )
    else:
        for one in checked.findings:
            say(str(one))
        for file in checked.different:
            say(f"\n{file.diff}".rstrip("\n"))
        if not checked.findings:
            summary("the files are up to date")
    return _DIFFERENCE if checked.findings else 0
