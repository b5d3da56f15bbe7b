"""Query upstream for new versions, generate, and commit the result on a separate branch.

This is for an unattended job: it can run at any time, and on several machines at once. It
changes neither the checked-out branch nor the work tree.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import config as configuration
from tagmatrix.cli import option_types, upstream_options
from tagmatrix.cli.foreign_files import refuse_file
from tagmatrix.cli.output import complain, note, say, say_json, summary, trace, warn
from tagmatrix.cli.versions_file import place
from tagmatrix.errors import GuardError, InputError
from tagmatrix.util import files
from tagmatrix.web.addresses import harmless

if TYPE_CHECKING:
    import argparse

    from tagmatrix.cli.github_actions import At
    from tagmatrix.errors import TagmatrixError
    from tagmatrix.job.result import Note, RunResult
    from tagmatrix.web.client import Exchange


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "cycles", metavar="CYCLE", nargs="*", help="update these release cycles only"
    )
    parser.add_argument(
        "--branch",
        metavar="NAME",
        default="",
        help="the branch to commit on (default: the one in versions.yaml, else tagmatrix/update)",
    )
    parser.add_argument(
        "--base",
        metavar="REF",
        default="",
        help="the commit that the branch starts from (default: HEAD; with --push, the current "
        "commit of the remote's branch that versions.yaml names)",
    )
    parser.add_argument(
        "--push",
        metavar="REMOTE",
        default="",
        help="keep the branch at this remote instead of this repository",
    )
    parser.add_argument(
        "--pull-request-body",
        metavar="FILE",
        type=Path,
        help="write a Markdown summary of the run to FILE",
    )
    for role in ("author", "committer"):
        parser.add_argument(
            f"--{role}",
            metavar='"NAME <MAIL>"',
            default="",
            help=f"the {role} of the commits (default: the one in versions.yaml, else git's)",
        )
    option_types.add_dry_run(
        parser,
        "commit and push nothing; show what would be committed, and exit with 3 if there is "
        "anything to commit",
    )
    upstream_options.add_update_arguments(parser)
    upstream_options.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Regenerate, and return the exit code."""
    from tagmatrix.job.options import Order  # noqa: PLC0415 (slow: it imports git)
    from tagmatrix.job.run import run as run_job  # noqa: PLC0415 (GitPython is slow to import)

    exchanges: list[Exchange] = []

    def report(exchange: Exchange) -> None:
        exchanges.append(exchange)
        _say_answered(exchange)

    query = upstream_options.query(args, report)
    order = Order(
        branch=args.branch,
        base=args.base,
        remote=args.push,
        author=args.author,
        committer=args.committer,
        dry_run=args.dry_run,
    )
    body = args.pull_request_body
    why_not = _why_unwritable(body) if body else ""
    try:
        outcome = (
            _failure(root, args, InputError(why_not))
            if why_not
            else run_job(root, order, query, note)
        )
    except (InputError, GuardError) as error:
        trace(error)
        outcome = _failure(root, args, error)
    outcome = replace(outcome, requests=tuple(exchanges))
    if args.format == "json":
        say_json(outcome.to_json())
    else:
        show = say if args.dry_run else summary
        for line in _changes(outcome):
            show(line)
        summary(_result(outcome, args))
    _report(outcome)
    if body and not why_not:
        _write_body(body, outcome)
    return outcome.exit_code


def _say_answered(exchange: Exchange) -> None:
    from tagmatrix.job.result import answer  # noqa: PLC0415 (as in run)

    times = f" ({exchange.tries} times)" if exchange.tries > 1 else ""
    note(f"requested {exchange.url}{times}: {answer(exchange)}")


def _failure(root: Path, args: argparse.Namespace, error: TagmatrixError) -> RunResult:
    """Return the result of a run that did nothing."""
    from tagmatrix.job.result import Note, RunResult  # noqa: PLC0415 (as in run)

    branch = args.branch
    if not branch:
        with contextlib.suppress(InputError):
            branch = configuration.load(root).regenerate.branch
    refused = (Note("", str(error)),) if isinstance(error, GuardError) else ()
    return RunResult(
        branch=branch, refused=refused, stopped="" if refused else str(error), claims={}
    )


def _why_unwritable(path: Path) -> str:
    """Return why a file can't be written; empty if it can. The run checks this first."""
    folder, option = path.parent, f"--pull-request-body {path}"
    if not folder.is_dir():
        return f"{option}: folder {folder} does not exist; create it first"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{option}: cannot write to {folder}"
    try:
        refuse_file("--pull-request-body", path)
    except InputError as error:
        return str(error)
    return ""


def _write_body(path: Path, outcome: RunResult) -> None:
    from tagmatrix.job.pull_request import body  # noqa: PLC0415 (as in run)

    with files.input_errors(f"--pull-request-body {path}"):
        files.replace(path, body(outcome).encode("utf-8", "backslashreplace"))


def _changes(outcome: RunResult) -> list[str]:
    """Return the commits of the run and what is held back, a line each."""
    if outcome.stopped:
        return []
    lines = [f"{outcome.branch}: {made.subject}" for made in outcome.made]
    return lines + [f"{each.about}: {each.text}" for each in outcome.held_back]


def _result(outcome: RunResult, args: argparse.Namespace) -> str:
    """Return a line with the state of the branch after the run."""
    branch = outcome.branch
    if outcome.stopped:
        return "stopped: nothing was changed"
    if outcome.moved:
        where = f"pushed to {harmless(args.push)}" if outcome.pushed else "moved"
        return f"{branch} was {where}: {(outcome.head or '')[:12]}"
    if outcome.to_commit:
        return "nothing was committed: --dry-run"
    if outcome.made:
        return f"{branch} is up to date"
    return "nothing was committed" if outcome.refused or outcome.failed else "nothing new"


def _report(outcome: RunResult) -> None:
    """Print the problems, each with its place in versions.yaml if that is known."""
    if outcome.stopped:
        complain(outcome.stopped)
    for each in outcome.refused:
        complain(_text(each), _place(outcome, each))
    for each in outcome.failed:
        warn(f"{each.about}: not changed: {each.text}", _place(outcome, each))
    for each in outcome.warnings:
        warn(_text(each))


def _text(note: Note) -> str:
    return f"{note.about}: {note.text}" if note.about else note.text


def _place(outcome: RunResult, note: Note) -> At | None:
    if outcome.before is None:
        return None
    config, first = outcome.before.config, note.about.partition(",")[0]
    return place(config, "releases", first) or place(config, "suites", first)
