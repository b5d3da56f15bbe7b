"""Drop a suite: remove it, its variants, and the rules that are only for it.

First move the short tags to another suite: tagmatrix suite default. Notes name the
settings that no longer depend on a suite, and the lines of templates that use them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagmatrix.cli import step_command
from tagmatrix.layout import TEMPLATES
from tagmatrix.update.steps.drop_suite import drop_suite
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

_MOST_BYTES = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("suite", metavar="SUITE", help="the suite, such as bookworm or 3.23")
    step_command.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Drop; returns the exit code."""
    return step_command.run(
        root,
        args,
        lambda state: drop_suite(state.config, args.suite, lambda name: _uses(root, name)),
    )


def _uses(root: Path, setting: str) -> list[str]:
    """Return the places in templates that use a setting, such as templates/x.j2:12."""
    word = re.compile(rf"\bsettings(?:\.{setting}\b|\[['\"]{setting}['\"]\])".encode())
    return [
        f"{path.relative_to(root)}:{number}"
        for path in sorted((root / TEMPLATES).rglob("*"))
        if path.is_file() and not path.is_symlink()
        for number, line in enumerate(read_bounded(path, _MOST_BYTES).splitlines(), 1)
        if word.search(line)
    ]
