"""Check the files that `app write` wrote, for example in CI.

The exit code is 3 if the base's tag has ended, is gone or has lost an architecture, or if
the application's files now lead to other decisions. A newer base is not an error: `app update`
takes it. A file without the header of tagmatrix is a person's: the command checks only the base of
such a Dockerfile. The command writes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.app import checking
from tagmatrix.app.rendering import DOCKERFILE
from tagmatrix.cli import option_types
from tagmatrix.cli.app import arguments
from tagmatrix.cli.app.write import date_or_none, message_records
from tagmatrix.cli.output import note, say, say_json, summary
from tagmatrix.errors import DifferenceError
from tagmatrix.manifest.architecture_names import named
from tagmatrix.util.dates import has_ended

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.app.checking import CheckedFiles


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
    checked = checking.check(folder, args.as_of, args.arch or ["amd64"])
    arguments.note_checkout(checked.prepared.catalogue)
    for path in checked.kept:
        what = "only its base is checked" if path == DOCKERFILE else "it is not checked"
        note(f"{path} has no header of tagmatrix, so it is a person's: {what}")
    arguments.show_warnings(checked.prepared.report)
    if args.format == "json":
        say_json(
            {
                "base": checked.base or None,
                "supported_until": date_or_none(checked.supported_until),
                "newer": checked.newer or None,
                "findings": message_records(checked.findings),
                "warnings": message_records(checked.prepared.report.warnings),
                "different": [file.path for file in checked.different],
                "kept": list(checked.kept),
            }
        )
    else:
        for one in checked.findings:
            say(str(one))
        for file in checked.different:
            say(f"\n{file.diff}".rstrip("\n"))
        if not checked.findings:
            summary("the files are up to date")
        if checked.supported_until and not has_ended(checked.supported_until, args.as_of):
            summary(f"{checked.base}: supported until {checked.supported_until}")
        if checked.newer and not any(checked.newer in one.text for one in checked.findings):
            summary(f"{_way(checked)} {checked.newer}")
    return DifferenceError.exit_code if checked.findings else 0


def _way(checked: CheckedFiles) -> str:
    """Return the words before a newer base: `update` changes only a file of tagmatrix."""
    return "there is" if DOCKERFILE in checked.kept else "tagmatrix app update takes"
