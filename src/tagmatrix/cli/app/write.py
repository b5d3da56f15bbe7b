"""Write Dockerfile and .dockerignore for the application in a folder.

tagmatrix prints each decision with its reason and the line that it comes from. It asks
questions only with --ask. It keeps a file that it did not write, and shows the difference.
--dry-run exits with 3 if anything would change. The Dockerfile keeps the options for the next run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.app import file_writing
from tagmatrix.app.flow import prepare
from tagmatrix.cli import option_types
from tagmatrix.cli.app import arguments, questions
from tagmatrix.cli.foreign_files import refuse_folder
from tagmatrix.cli.output import say, say_json, say_waiting, summary
from tagmatrix.errors import DifferenceError

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.app.file_writing import WantedFile
    from tagmatrix.app.flow import Prepared
    from tagmatrix.app.report import Message, SourceLine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_folder(parser)
    arguments.add_tag(parser)
    arguments.add_options(parser)
    arguments.add_extras(parser)
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
    day = arguments.day(args)
    prepared = prepare(folder, options, day, there, renew=True)
    if args.ask:
        prepared = prepare(folder, questions.ask(prepared.plan), day, there, renew=True)
    wanted = file_writing.compare(folder, prepared.files, force=args.force)
    if not args.dry_run:
        file_writing.write(folder, wanted, say_waiting)
    arguments.show_warnings(prepared.report)
    kept = [file.path for file in wanted if file.action == "keep"]
    would_change = args.dry_run and any(file.action in {"create", "update"} for file in wanted)
    code = DifferenceError.exit_code if would_change else 0
    if args.format == "json":
        say_json(_to_json(prepared, wanted, dry_run=args.dry_run))
        return code
    arguments.show(prepared.report)
    for file in wanted:
        if file.action == "keep" or (args.dry_run and file.action != "same"):
            say(f"\n{file.diff}".rstrip("\n"))
    arguments.show_kept(kept)
    for file in wanted:
        if file.action != "keep":
            summary(f"{_done(file.action, dry_run=args.dry_run)} {file.path}")
    return code


def _done(action: str, *, dry_run: bool) -> str:
    if action == "same":
        return "unchanged:"
    return f"would {action}" if dry_run else {"create": "created", "update": "updated"}[action]


def _to_json(prepared: Prepared, wanted: list[WantedFile], *, dry_run: bool) -> dict[str, Any]:
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
