"""Render all files from versions.yaml and templates/, and write those that differ.

Dockerfiles are written at once. The manifest, its JSON and the image's page
name commits: they are written only when every folder is committed with its
rendered content.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.cli import cache_option, generate_report, option_types
from tagmatrix.cli.foreign_files import refuse_folder, why_not_writable
from tagmatrix.cli.generate_differences import Difference, differences as listed, is_selected
from tagmatrix.cli.output import note, say, say_json, say_waiting, summary, warn
from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.git.repository_settings import branch_name
from tagmatrix.matrix import end_of_life
from tagmatrix.publish.generation import apply
from tagmatrix.publish.preparation import prepare
from tagmatrix.publish.untracked import refuse_ignored_sources
from tagmatrix.util import files

if TYPE_CHECKING:
    import argparse

    from tagmatrix.publish.committing import MadeCommit
    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.generation import Generation

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "cycles",
        metavar="CYCLE",
        nargs="*",
        help="render the Dockerfiles of these release cycles only: no manifest, and no deletions "
        "elsewhere",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--check",
        action="store_true",
        help="write nothing; list the differences, and exit with 3 if there are any",
    )
    mode.add_argument(
        "--commit",
        action="store_true",
        help="commit the result: first versions.yaml, templates and Dockerfiles, then the manifest",
    )
    mode.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        help="write a complete library/ below DIR instead; commits are looked up in this "
        "repository",
    )
    option_types.add_dry_run(
        parser,
        "like --check, but show the differences line by line; with --commit, also list the "
        "files to commit; with --output, compare with DIR",
        "--diff",
    )
    parser.add_argument(
        "--only",
        choices=("dockerfiles", "manifest"),
        default=ALL,
        help="check, show or commit only the Dockerfiles, or only the manifest with its JSON, the "
        "page and the table in README.md (default: both)",
    )
    parser.add_argument(
        "--base",
        metavar="REV",
        help="compare with the manifest of this revision instead of the one in HEAD, to find what "
        "moves; on the branch of a pull request: origin/main",
    )
    option_types.add_as_of(
        parser,
        "warn about releases and suites that are at or near their end of life on DATE (YYYY-MM-DD)",
    )
    option_types.add_format(
        parser,
        "text",
        "json",
        "markdown",
        text="markdown lists only what moves, for a pull request",
    )
    cache_option.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Generate, and return the exit code."""
    _refuse_nonsense(args)
    with cache_option.kept(args):
        return _check(root, args) if args.check or args.dry_run else _write(root, args)


def _write(root: Path, args: argparse.Namespace) -> int:
    target = _output(args.output) if args.output else root
    done: list[MadeCommit] = []
    with files.exclusive(target, say_waiting):
        generation = prepare(root, cycles=args.cycles, target=target, base=args.base or "")
        if args.output:
            _refuse_tracked(args.output, generation)
        elif generation.pinned_changes or args.commit:
            _warn_of_branch(generation, args.only)
        if args.commit:
            repository = git.present(generation.repository)
            if args.only != "manifest":
                refuse_ignored_sources(repository, generation.inputs.templates)
        apply(target, generation)
        if args.commit:
            from tagmatrix.publish import committing  # noqa: PLC0415 (GitPython is slow to import)

            generation, done = committing.commit(root, generation, args.only, note)
    _warn(generation, args)
    for stranger in generate_report.strangers(generation):
        warn(stranger)
    if args.format == "json":
        say_json(generate_report.run_to_json(generation, done))
    elif args.format == "markdown":
        say(generate_report.moves_markdown(generation))
    else:
        summary(generate_report.run_text(generation, done, committing=args.commit))
    return 0


def _refuse_nonsense(args: argparse.Namespace) -> None:
    """Raise InputError if arguments contradict each other."""
    if args.only != ALL and not (args.check or args.dry_run or args.commit):
        raise InputError("--only needs --check, --diff or --commit; add one of them")
    for option, is_set in (("--commit", args.commit), ("--only manifest", args.only == "manifest")):
        if is_set and args.cycles:
            raise InputError(f"{option} does not take a CYCLE: the manifest contains all cycles")


def _warn(generation: Generation, args: argparse.Namespace) -> None:
    config = generation.config
    ends = end_of_life.warnings(config, args.as_of) if args.as_of else []
    for warning in (*generation.warnings, *(problem.text(config.file) for problem in ends)):
        warn(warning)


def _warn_of_branch(generation: Generation, only: str) -> None:
    """Warn if the manifest would name commits of another branch than that of versions.yaml."""
    repository = generation.repository
    if only == "dockerfiles" or not isinstance(repository, git.Repository):
        return
    checked_out, named = branch_name(repository), generation.config.branch
    if checked_out not in {"", named}:
        warn(
            f"versions.yaml has `branch: {named}`, and {checked_out} is checked out: the manifest "
            f"names commits that {named} may not have"
        )


def _refuse_tracked(folder: Path, generation: Generation) -> None:
    """Raise InputError if --output would change files of git or files that git tracks."""
    if why := why_not_writable(folder, [change.path for change in generation.changes]):
        raise InputError(f"--output {folder}: {why}")


def _output(folder: Path) -> Path:
    """Return the folder of --output; make it if it does not exist. Raise InputError if it can't."""
    refuse_folder("--output", folder)  # before it exists: nothing is left behind in .git
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(f"--output {folder}: this is not a folder; name another one") from None
    except OSError as error:
        raise InputError(f"--output {folder}: {error.strerror}") from None
    return folder


def _in_diff_order(generation: Generation) -> tuple[FileChange, ...]:
    """Return the changes in the order of `--diff`: the manifest before the files made from it."""
    return (*generation.dockerfiles, *generation.independent, *reversed(generation.pinned_changes))


def _check(root: Path, args: argparse.Namespace) -> int:
    generation = prepare(
        root,
        cycles=args.cycles,
        target=args.output,
        checking=not args.output,
        base=args.base or "",
    )
    _warn(generation, args)
    differences = listed(generation, args.only)
    if args.commit:
        from tagmatrix.publish import committing  # noqa: PLC0415 (as above)

        found = {difference.path for difference in differences}
        differences += [
            Difference(path, "not committed")
            for path in committing.uncommitted(generation, args.only, note)
            if path not in found
        ]
    if args.format == "json":
        say_json(generate_report.check_to_json(generation, differences))
    elif args.format == "markdown":
        say(generate_report.moves_markdown(generation))
    else:
        if args.dry_run:
            from tagmatrix.publish.change_diff import git_diff  # noqa: PLC0415 (as above)

            for change in _in_diff_order(generation):
                if is_selected(generation.config.layout, change.path, args.only):
                    say(git_diff(change).rstrip("\n"))
        show = say if differences else summary
        show(generate_report.check_text(generation, differences))
        if differences:
            output = f" --output {shlex.quote(str(args.output))}" if args.output else ""
            advice = generate_report.advice(
                generation, differences, " --commit" if args.commit else output
            )
            if advice:
                summary(advice)
    generation.check()
    return DifferenceError.exit_code if differences else 0
