"""What bump, add, promote and retire have in common: their arguments, writing, and words."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tagmatrix import config as configuration, manifest
from tagmatrix.cli import upstream_options, versions_file
from tagmatrix.cli.output import say, say_json, warn
from tagmatrix.diff import text as diff_text
from tagmatrix.errors import GuardError
from tagmatrix.update import apply
from tagmatrix.update.steps import state
from tagmatrix.util.diffs import unified_diff

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagmatrix.guard import Verdict
    from tagmatrix.update.steps.state import StepPlan, StepResult, VersionsFile

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
    parser.add_argument("-q", "--quiet", action="store_true", help="print warnings and errors only")


def _checksum(text: str) -> tuple[str, str]:
    name, equals, digest = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=HEX, such as source=143b…")
    return name, digest


def run(root: Path, args: argparse.Namespace, plan: Callable[[VersionsFile], StepPlan]) -> int:
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
    elif not args.quiet:
        say(_text(step, verdict, dry_run=args.dry_run))
    return 0


def _judged(root: Path, before: VersionsFile, plan: StepPlan) -> Verdict | None:
    """Return what the guard says of the result; raises GuardError for what the step breaks."""
    committed = upstream_options.committed_manifest(root, before.config)
    group = apply.EditGroup(name="step", edits=plan.edits)
    try:
        applied = apply.apply(before.text, [group], committed)
    except manifest.ManifestError as error:
        raise upstream_options.unguarded(before.config, error) from None
    if why := applied.refused.get("step"):
        raise GuardError("\n".join(filter(None, (why, plan.alternatives))))
    return applied.verdict


def _diff(step: StepResult) -> str:
    return unified_diff(step.before.text, step.after.text, configuration.FILE)


def _text(step: StepResult, verdict: Verdict | None, *, dry_run: bool) -> str:
    """Return the result for a person."""
    diff = _diff(step)
    if not diff:
        return "nothing changed: versions.yaml says so already"
    lines = [diff.rstrip("\n"), ""]
    moves = verdict.changes if verdict is not None else None
    if moves:
        lines += ["what it would move:" if dry_run else "what it moves:", diff_text.text(moves)]
    else:
        lines += step.changes
    if step.ends and not moves:
        shortest = sorted(step.ends, key=len)
        more = f" and {len(shortest) - SHOWN} more" if len(shortest) > SHOWN else ""
        lines.append(f"These tags end: {', '.join(shortest[:SHOWN])}{more}")
    lines.append("nothing was written" if dry_run else "written; next: tagmatrix generate")
    return "\n".join(lines)


def _to_json(step: StepResult, verdict: Verdict | None, *, written: bool) -> dict[str, Any]:
    """Return the result for a program."""
    return {
        "written": written,
        "changes": list(step.changes),
        "ends": list(step.ends),
        "notes": list(step.notes),
        "moves": diff_text.lines(verdict.changes) if verdict else [],
        "diff": _diff(step),
        "next": ["tagmatrix generate"] if written else [],
    }
