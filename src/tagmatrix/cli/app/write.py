"""Write Dockerfile and .dockerignore for the application in a folder.

tagmatrix prints each decision with its reason and the line that it comes from. It asks
questions only with --ask. It keeps a file that it did not write, and shows the difference.
--dry-run exits with 3 if anything would change. The Dockerfile keeps the options for the next run.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tagmatrix import references
from tagmatrix.app import file_writing, next_steps
from tagmatrix.app.application_options import EXTRAS
from tagmatrix.app.flow import prepare
from tagmatrix.cli import option_types
from tagmatrix.cli.app import arguments, questions
from tagmatrix.cli.foreign_files import refuse_folder
from tagmatrix.cli.output import note, say, say_json, say_waiting, summary
from tagmatrix.errors import DifferenceError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.app.file_writing import WantedFile
    from tagmatrix.app.flow import Prepared
    from tagmatrix.app.report import Message, SourceLine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_folder(parser)
    parser.add_argument("--tag", metavar="TAG", type=_tag, default=None, help="the tag of the base")
    arguments.add_options(parser)
    parser.add_argument(
        "--with",
        dest="extras",
        metavar="LIST",
        type=_extras,
        default=(),
        help=f"more files to write, with commas between: {', '.join(EXTRAS)}",
    )
    parser.add_argument(
        "--ask",
        action="store_true",
        help="ask about the decisions; an empty line keeps what tagmatrix found",
    )
    option_types.add_dry_run(parser)
    parser.add_argument(
        "--force", action="store_true", help="replace files that tagmatrix did not write"
    )
    arguments.add_as_of(parser)
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Write the files, and return the exit code."""
    folder = root / args.folder
    refuse_folder("DIR", folder)
    options, there = arguments.again(folder, arguments.options(root, args), args)
    prepared = prepare(folder, options, args.as_of, there, renew=True)
    if args.ask:
        answers = questions.ask(prepared.plan)
        prepared = prepare(folder, answers, args.as_of, there, renew=True)
    wanted = file_writing.compare(folder, prepared.files, force=args.force)
    if not args.dry_run:
        file_writing.write(folder, wanted, say_waiting)
    steps = next_steps.after(folder, prepared.plan, wanted, prepared.report)
    arguments.show_warnings(prepared.report)
    would_change = args.dry_run and any(file.action in {"create", "update"} for file in wanted)
    code = DifferenceError.exit_code if would_change else 0
    if args.format == "json":
        say_json(_to_json(prepared, wanted, steps, dry_run=args.dry_run))
        return code
    arguments.show(prepared.report)
    _show_files(wanted, dry_run=args.dry_run)
    for step in steps:
        summary(f"next: {step}")
    return code


def _show_files(wanted: list[WantedFile], *, dry_run: bool) -> None:
    """Print what became of each file, and the differences that were not written."""
    for file in wanted:
        if file.action == "keep" or (dry_run and file.action != "same"):
            say(f"\n{file.diff}".rstrip("\n"))
    for file in wanted:
        if file.action == "keep":
            note(f"{file.path} has no header of tagmatrix, so it is kept: --force replaces it")
    for file in wanted:
        if file.action != "keep":
            summary(f"{_done(file.action, dry_run=dry_run)} {file.path}")


def _tag(text: str) -> str:
    if not references.is_tag(text):
        raise argparse.ArgumentTypeError(f"invalid tag {text!r}: expected a tag such as 3.14-slim")
    return text


def _extras(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for part in found:
        if part not in EXTRAS:
            raise argparse.ArgumentTypeError(
                f"unknown file {part!r}: use {', '.join(EXTRAS)}, with commas between"
            )
    return tuple(sorted(found))


def _done(action: str, *, dry_run: bool) -> str:
    if action == "same":
        return "unchanged:"
    return f"would {action}" if dry_run else {"create": "created", "update": "updated"}[action]


def _to_json(
    prepared: Prepared, wanted: list[WantedFile], steps: list[str], *, dry_run: bool
) -> dict[str, Any]:
    plan, report = prepared.plan, prepared.report
    return {
        "application": plan.name,
        "base": str(plan.base),
        "supported_until": date_or_none(prepared.supported_until),
        "manager": plan.manager,
        "command": list(plan.process.words),
        "port": plan.process.port or None,
        "dry_run": dry_run,
        "decisions": [
            {"what": one.what, "value": one.value, "why": one.why, **place(one.source)}
            for one in report.decisions
        ],
        "warnings": message_records(report.warnings),
        "files": [
            {"path": file.path, "action": file.action, "content": file.new} for file in wanted
        ],
        "next": steps,
    }


def message_records(found: Iterable[Message]) -> list[dict[str, Any]]:
    """Return messages as JSON."""
    return [{"text": one.text, **place(one.source)} for one in found]


def date_or_none(day: dt.date | None) -> str | None:
    """Return a date as JSON."""
    return str(day) if day else None


def place(source: SourceLine | None) -> dict[str, Any]:
    """Return a place as JSON."""
    if source is None:
        return {"file": None, "line": None}
    return {"file": source.file, "line": source.line or None}
