"""Render everything that versions.yaml says, and write what differs.

Dockerfiles are written at once. The manifest, its JSON and the image's page
name commits: they are written when every folder is committed as it is rendered,
and stay untouched until then.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.cli import generate_report, option_types
from tagmatrix.cli.output import note, say, say_json, say_waiting, warn
from tagmatrix.errors import InputError
from tagmatrix.matrix import end_of_life
from tagmatrix.publish import file_changes
from tagmatrix.publish.generation import apply, prepare
from tagmatrix.util import files

if TYPE_CHECKING:
    import argparse

    from tagmatrix.publish.committing import MadeCommit
    from tagmatrix.publish.generation import Generation

DIFFERENCE = 3
PARTS = ("dockerfiles", "manifest", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "cycles",
        metavar="CYCLE",
        nargs="*",
        help="render these release cycles only: no manifest, and nothing pruned elsewhere",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--check",
        nargs="?",
        const="all",
        metavar="dockerfiles|manifest|all",
        help="write nothing, show what differs, exit with 3 if anything does",
    )
    mode.add_argument(
        "--diff",
        action="store_true",
        help="as --check, and show the differences line by line",
    )
    mode.add_argument(
        "--commit",
        nargs="?",
        const="all",
        choices=PARTS,
        help="commit afterwards: first versions.yaml, templates and Dockerfiles, then the manifest",
    )
    mode.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        help="write a whole library/ below DIR instead; commits are looked up here",
    )
    parser.add_argument(
        "--base",
        metavar="REV",
        help="compare what moves with the manifest that this revision has, not with HEAD's: on "
        "the branch of a pull request, origin/main",
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        type=option_types.date,
        help="warn of releases and suites that are at their end on this day (2026-10-31)",
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="markdown says only what moves, for a pull request (default: text)",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print only what is wrong")


def run(root: Path, args: argparse.Namespace) -> int:
    """Generate; returns the exit code."""
    _settle(root, args)
    if args.check or args.diff:
        return _check(root, args)
    target = _output(args.output) if args.output else root
    done: list[MadeCommit] = []
    with files.exclusive(target, say_waiting):
        generation = prepare(root, cycles=args.cycles, target=target, base=args.base or "")
        apply(target, generation)
        if args.commit:
            from tagmatrix.publish import committing  # noqa: PLC0415 (GitPython is slow to import)

            generation, done = committing.commit(root, generation, args.commit, note)
    _warn(generation, args)
    summary = generate_report.Summary(generation, tuple(done), committing=bool(args.commit))
    if args.format == "json":
        say_json(summary.to_json())
    elif args.format == "markdown":
        say(generate_report.moves_markdown(generation))
    elif not args.quiet:
        say(summary.text())
    return 0


def _settle(root: Path, args: argparse.Namespace) -> None:
    """Read the arguments as they are meant; raises InputError where they make no sense."""
    if args.check and args.check not in PARTS:
        args.cycles.insert(0, args.check)  # `--check 3.14` means the cycle
        args.check = "all"
    for option, part in (("--commit", args.commit), ("--check manifest", args.check == "manifest")):
        if part and args.cycles:
            raise InputError(f"{option} takes no CYCLE: the manifest is about all of them")
    if args.commit and isinstance(absence := git.locate(root), git.Absence):
        raise InputError(f"nothing can be committed: {absence.value}")


def _warn(generation: Generation, args: argparse.Namespace) -> None:
    config = generation.config
    ends = end_of_life.warnings(config, args.as_of) if args.as_of else []
    for warning in (*generation.warnings, *(problem.text(config.file) for problem in ends)):
        warn(warning)


def _output(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output {folder}: {error.strerror}") from None
    return folder


def _check(root: Path, args: argparse.Namespace) -> int:
    generation = prepare(root, cycles=args.cycles, look_for_untracked=True, base=args.base or "")
    _warn(generation, args)
    differences = generate_report.differences(generation, args.check or "all")
    if args.format == "json":
        say_json(generate_report.check_to_json(generation, differences))
    elif args.format == "markdown":
        say(generate_report.moves_markdown(generation))
    else:
        if args.diff:
            for change in (*generation.dockerfiles, *reversed(generation.published)):
                say(file_changes.unified_diff(change).rstrip("\n"))
        if differences or not args.quiet:
            say(generate_report.check_text(generation, differences))
    if generation.verdict is not None:
        generation.verdict.check()
    return DIFFERENCE if differences else 0
