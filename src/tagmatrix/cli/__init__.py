"""The command line: `tagmatrix [-C DIR] [--quiet] [--debug] COMMAND`.

Each command is a module of this package with `add_arguments(parser)` and
`run(root, args) -> int`. A run imports only the module of its command, so that it starts
quickly.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix import __version__
from tagmatrix.cli import common_options, github_actions
from tagmatrix.cli.dispatch import dispatch
from tagmatrix.cli.output import complain, complain_of_bug, finish, open_streams, trace
from tagmatrix.cli.parsing import Parser
from tagmatrix.errors import InputError, TagmatrixError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = {
    "add": "add a release cycle to versions.yaml",
    "app": "from the tag to an application's image: write, check, update, build",
    "bump": "move a release cycle to another version",
    "completion": "print a script that completes commands, options and tags in bash, zsh or fish",
    "generate": "render Dockerfiles, manifest and page from versions.yaml and templates/",
    "init": "begin a family of images: versions.yaml, templates, and files for CI",
    "import": "write a versions.yaml that makes an official-images manifest",
    "library": "read official-images manifests: list, cat, show, check, diff",
    "plan": "print what to build, where and in which order: bake, GitHub, GitLab, JSON",
    "promote": "make a pre-release cycle final",
    "regenerate": "update, generate and commit on a branch, for scheduled jobs",
    "registry": "compare registries with versions.yaml, and publish: check, stale, publish, tag",
    "retire": "remove a release cycle",
    "schema": "print the schema of versions.yaml",
    "show": "explain a tag: what it names and why, or why it does not exist",
    "site": "write the image's site: matrix, tags and history as static pages",
    "status": "compare each cycle with upstream: versions, end of life, what is held back",
    "suite": "change the suites of base systems: add, drop, default, end",
    "tags": "list the tags of versions.yaml: their versions, and whether they move",
    "update": "fetch new releases from upstream, and change versions.yaml",
    "upstream": "show what upstream answers, and what is taken from it: test",
}
_WITH_FOLDERS: Final = "plan"
"""The command that takes several folders, before or after its name."""
EXIT_CODES: Final = {
    0: "success, also if changes remain to be committed",
    1: "a bug in tagmatrix",
    2: "invalid input: a file, an argument, a template",
    3: "a check found a difference, or a dry run found a change to make",
    4: "upstream could not be reached",
    5: "a guard refused a change",
    130: "interrupted",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; see EXIT_CODES.

    A failure, also a bug, prints one message on stderr; --debug prints the traceback before
    it. Without `argv` this is the main program, which exits even if a worker thread still
    waits for a server.
    """
    code = _main(argv)
    workers = sys.modules.get("tagmatrix.util.workers")  # few commands load them
    if argv is None and workers and workers.are_running():
        with contextlib.suppress(InputError):
            finish()
        os._exit(code)
    if argv is None:
        gc.freeze()  # Python would collect all objects as it exits: a twentieth of a short run
    return code


def _main(argv: Sequence[str] | None) -> int:
    # A run is short and keeps nearly all its objects: garbage collection only takes time.
    gc.disable()
    open_streams()
    common_options.reset()
    try:
        return _run(_parser().parse_args(argv))
    except TagmatrixError as error:
        trace(error)
        complain(str(error))
        return error.exit_code
    except SystemExit:  # argparse, after --help, --version or a wrong argument
        try:
            finish()
        except InputError as error:
            complain(str(error))
            return error.exit_code
        raise
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except Exception as error:  # noqa: BLE001 (for any bug, the message asks for a report)
        trace(error)
        complain_of_bug(error)
        return 1


def _run(args: argparse.Namespace) -> int:
    roots = args.roots or [Path()]
    for root in roots if args.command == _WITH_FOLDERS else roots[-1:]:
        if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir fails on a very long name
            complain(f"-C {root}: no such folder")
            return 2
    arguments = args.arguments
    if args.command == _WITH_FOLDERS:
        arguments = [*(word for root in args.roots for word in ("-C", str(root))), *arguments]
    common_options.turn_on(args)
    github_actions.folder = roots[-1]
    code = dispatch(args.command, roots[-1], arguments)
    finish()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="tagmatrix",
        description="Dockerfiles, tags and manifests for families of container images.",
        epilog=_epilog(),
    )
    parser.add_argument("--version", action="version", version=f"tagmatrix {__version__}")
    parser.add_argument(
        "-C",
        dest="roots",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="the image's folder, which has versions.yaml (default: the current folder)",
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
