"""What bump, add, promote and retire have in common: their arguments, writing, and words."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tagmatrix import config as configuration
from tagmatrix.cli import upstream_options, versions_file
from tagmatrix.cli.output import say, say_json, summary, warn
from tagmatrix.errors import GuardError
from tagmatrix.guard import baseline
from tagmatrix.update import apply
from tagmatrix.update.steps import state
from tagmatrix.util.diffs import unified_diff

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagmatrix.guard import Verdict
    from tagmatrix.update.steps.state import Plan, State, Step

SHOWN = 12
"""How many tags a person is shown of a long list."""


def add_arguments(parser: argparse.ArgumentParser, *, checksums: bool = True) -> None:
    """Declare what every step takes; `checksums`: and where those of its version come from."""
    if checksums:
        parser.add_argument(
            "--sha256",
            metavar="NAME=HEX",
            action="append",
            type=_checksum,
            default=[],
            help="the SHA-256 of an artifact, such as source=143b…; may be given several times",
        )
        parser.add_argument(
            "--download",
            action="store_true",
            help="ask upstream for the checksums, compare those that are given, and hash the files "
            "themselves",
        )
        parser.add_argument(
            "--late",
            metavar="NAME",
            action="append",
            default=[],
            help="an artifact that upstream has not published yet: its images wait for it",
        )
        upstream_options.add_client_arguments(parser)
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="show what would change; write nothing"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _checksum(text: str) -> tuple[str, str]:
    name, equals, digest = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=HEX, such as source=143b…")
    return name, digest


def run(root: Path, args: argparse.Namespace, plan: Callable[[State], Plan]) -> int:
    """Make a step: read versions.yaml, plan, show, write. Returns the exit code.

    Raises InputError, GuardError; nothing is written then.
    """
    data = versions_file.read(root)
    before = state.read(data)
    wish = plan(before)
    step = state.take(before, wish)
    verdict = _judged(root, before, wish)
    written = step.after.text != before.text and not args.dry_run
    if written:
        versions_file.write(root, data, step.after.text)
    for line in step.notes:
        warn(line)
    if args.format == "json":
        say_json(_to_json(step, verdict, written=written))
    else:
        show = say if args.dry_run else summary
        show(_text(step, verdict, dry_run=args.dry_run))
    return 0


def _judged(root: Path, before: State, plan: Plan) -> Verdict | None:
    """Return what the guard says of the result; raises GuardError for what the step breaks."""
    committed, warning = baseline.find(root, before.config.image)
    group = apply.Step(name="step", edits=plan.edits)
    applied = apply.apply(before.text, [group], committed)
    if warning:
        warn(warning)
    if why := applied.refused.get("step"):
        raise GuardError("\n".join(filter(None, (why, plan.instead))))
    return applied.verdict


def _diff(step: Step) -> str:
    return unified_diff(step.before.text, step.after.text, configuration.FILE)


def _text(step: Step, verdict: Verdict | None, *, dry_run: bool) -> str:
    """Return the result for a person."""
    diff = _diff(step)
    if not diff:
        return "nothing changed: versions.yaml says so already"
    lines = [diff.rstrip("\n"), ""]
    moves = verdict.text() if verdict is not None else ""
    if moves:
        lines += ["what it would move:" if dry_run else "what it moves:", moves]
    else:
        lines += step.changes
    if step.ends and not moves:
        shortest = sorted(step.ends, key=len)
        more = f" and {len(shortest) - SHOWN} more" if len(shortest) > SHOWN else ""
        lines.append(f"These tags end: {', '.join(shortest[:SHOWN])}{more}")
    lines.append("nothing was written" if dry_run else "written; next: tagmatrix generate")
    return "\n".join(lines)


def _to_json(step: Step, verdict: Verdict | None, *, written: bool) -> dict[str, Any]:
    """Return the result for a program."""
    return {
        "written": written,
        "changes": list(step.changes),
        "ends": list(step.ends),
        "notes": list(step.notes),
        "moves": verdict.lines() if verdict else [],
        "diff": _diff(step),
        "next": ["tagmatrix generate"] if written else [],
    }
