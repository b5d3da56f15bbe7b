"""Renew the FROM line of the Dockerfile that `app write` wrote, and no other line.

The new tag is the newest one that the application accepts, of the same variant.
--dry-run writes nothing, and exits with 3 if there is a newer tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.app import checking, file_writing
from tagmatrix.cli import option_types
from tagmatrix.cli.app import arguments
from tagmatrix.cli.app.write import date_or_none, message_records
from tagmatrix.cli.output import say, say_json, say_waiting, summary
from tagmatrix.errors import DifferenceError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_folder(parser)
    arguments.add_digest(parser)
    option_types.add_dry_run(parser)
    arguments.add_as_of(parser)
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Renew the line, and return the exit code."""
    folder = root / args.folder
    prepared, file = checking.renewed(folder, args.as_of, args.digest or "")
    if not args.dry_run:
        file_writing.write(folder, [file], say_waiting)
    arguments.note_checkout(prepared.catalogue)
    arguments.show_warnings(prepared.report)
    if args.format == "json":
        say_json(
            {
                "base": str(prepared.plan.base),
                "supported_until": date_or_none(prepared.supported_until),
                "warnings": message_records(prepared.report.warnings),
                "changed": file.action == "update",
                "diff": file.diff,
            }
        )
    elif file.action == "same":
        summary(f"unchanged: {file.path}")
    else:
        say(file.diff.rstrip("\n"))
        summary(f"{'would update' if args.dry_run else 'updated'} {file.path}")
    return DifferenceError.exit_code if args.dry_run and file.action == "update" else 0
