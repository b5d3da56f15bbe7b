"""Compare the tags of two manifests, the worst changes first.

OLD and NEW are manifests as in the other subcommands: a name, a path, an address, `-`
or REV:path, as in `library diff origin/main:library/python library/python`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.cli import option_types
from tagmatrix.cli.library import arguments
from tagmatrix.cli.output import say, say_json
from tagmatrix.diff import Severity, diff
from tagmatrix.errors import DifferenceError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.diff import Changes

FAIL_ON: Final = ("breaking", "notable")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("old", metavar="OLD", help="the old manifest")
    parser.add_argument("new", metavar="NEW", help="the new manifest")
    option_types.add_format(
        parser, "text", "markdown", "json", text="markdown is for pull requests and release notes"
    )
    parser.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        help="exit with 3 if anything is breaking (and not accepted), or at least notable",
    )
    parser.add_argument(
        "--accepted",
        metavar="FILE",
        help="a versions.yaml (also REV:versions.yaml), to show the changes that it accepts",
    )
    arguments.add_library(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Print the changes; return 3 if they reach the severity of --fail-on."""
    find = arguments.finder(root, args).find
    old, new = find(args.old), find(args.new)
    changes = diff(old.manifest(), new.manifest())
    if args.accepted:
        changes = _with_acceptances(changes, find(args.accepted).content, args.accepted)
    if args.format == "json":
        from tagmatrix.diff.jsonform import to_json  # noqa: PLC0415 (one format of three)

        say_json(to_json(changes))
    elif args.format == "markdown":
        from tagmatrix.diff.markdown import markdown  # noqa: PLC0415 (as above)

        say(markdown(changes, new.name).rstrip("\n"))
    else:
        from tagmatrix.diff.text import text  # noqa: PLC0415 (as above)

        say(text(changes))
    failed = bool(changes.refused)
    if args.fail_on == "notable":
        failed = (changes.severity or Severity.EXPECTED) >= Severity.NOTABLE
    return DifferenceError.exit_code if args.fail_on and failed else 0


def _with_acceptances(changes: Changes, text: bytes, file: str) -> Changes:
    """Return the changes, with the acceptances of a versions.yaml."""
    from tagmatrix import config  # noqa: PLC0415 (only this option needs YAML)
    from tagmatrix.guard.acceptance import with_acceptances  # noqa: PLC0415 (as above)

    return with_acceptances(config.parse(text, file), changes)
