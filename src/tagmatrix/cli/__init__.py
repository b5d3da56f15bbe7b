"""The command line: `tagmatrix [-C DIR] [--quiet] [--debug] COMMAND`.

Each command is a module of this package with `add_arguments(parser)` and
`run(root, args) -> int`; only the one that is asked for is imported, because
start-up time is a feature.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix import __version__
from tagmatrix.cli import common_options, github_actions
from tagmatrix.cli.dispatch import dispatch
from tagmatrix.cli.output import complain, complain_of_bug, finish, open_streams, trace
from tagmatrix.errors import InputError, TagmatrixError
from tagmatrix.util import workers

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = {
    "add": "add a release cycle to versions.yaml",
    "bump": "move a release cycle to another version",
    "completion": "print what lets bash or zsh complete commands, options and tags",
    "generate": "render Dockerfiles, manifest and page from versions.yaml and templates/",
    "library": "read any official-images manifest: list, cat, show, check",
    "promote": "make a pre-release cycle final",
    "regenerate": "update, generate and commit on a branch, for a job that nobody watches",
    "retire": "end a release cycle",
    "schema": "print the format of versions.yaml",
    "show": "say what a tag is and why, or why there is no such tag",
    "status": "cycle by cycle: ours, upstream's, end of life, what is held back and why",
    "tags": "list the tags that versions.yaml makes: what each is, and whether it moves",
    "update": "ask upstream for new releases, and change versions.yaml",
}
EXIT_CODES: Final = {
    0: "done, also when only committing remains",
    1: "a bug in tagmatrix",
    2: "bad input: a file, an argument, a template",
    3: "a check found a difference, or a dry run something new",
    4: "upstream could not be reached",
    5: "a guard refused",
    130: "interrupted",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; see EXIT_CODES.

    A failure is one message on stderr, also a bug; --debug prints the traceback before it.
    Without `argv` this is the program itself, which ends although a server still holds a
    worker thread.
    """
    code = _main(argv)
    if argv is None and workers.are_running():
        with contextlib.suppress(InputError):
            finish()
        os._exit(code)
    return code


def _main(argv: Sequence[str] | None) -> int:
    # A run is short and keeps nearly all that it makes: looking for garbage only takes time.
    gc.disable()
    open_streams()
    common_options.reset()
    try:
        return _run(_parser().parse_args(argv))
    except TagmatrixError as error:
        trace(error)
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except Exception as error:  # noqa: BLE001 (whatever it is, the message asks for a report)
        trace(error)
        complain_of_bug(error)
        return 1


def _run(args: argparse.Namespace) -> int:
    if not os.path.isdir(args.root):  # noqa: PTH112 - a Path's own fails on a name that is too long
        complain(f"-C {args.root}: no such folder")
        return 2
    common_options.turn_on(args)
    github_actions.folder = args.root
    code = dispatch(args.command, args.root, args.arguments)
    finish()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tagmatrix",
        description="Dockerfiles, tags and manifests for families of container images.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"tagmatrix {__version__}")
    parser.add_argument(
        "-C",
        dest="root",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the image's folder, the one with versions.yaml (default: this folder)",
    )
    common_options.add_arguments(parser)
    parser.add_argument("command", metavar="COMMAND", choices=COMMANDS, help="see below")
    parser.add_argument(
        "arguments", metavar="...", nargs=argparse.REMAINDER, help="see tagmatrix COMMAND --help"
    )
    return parser


def _epilog() -> str:
    commands = "\n".join(f"  {name:<12}{text}" for name, text in COMMANDS.items())
    codes = "\n".join(f"  {code:<12}{text}" for code, text in EXIT_CODES.items())
    return f"commands:\n{commands}\n\nexit codes:\n{codes}"
