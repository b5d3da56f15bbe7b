"""Drop a suite: remove it, its variants, and the rules that are only for it.

First move the short tags to another suite: tagmatrix suite default. Notes name the
settings that no longer depend on a suite, and the lines of templates that use them.
They also name the lines of templates that have the suite, or one of its variants, in quotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import step_command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("suite", metavar="SUITE", help="the suite, such as bookworm or 3.23")
    step_command.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Drop; returns the exit code."""
    from tagmatrix.render.template_uses import TemplateUses  # noqa: PLC0415 (imports jinja2)
    from tagmatrix.update.steps.drop_suite import drop_suite  # noqa: PLC0415 (as in step_command.run)

    return step_command.run(
        root,
        args,
        lambda state: drop_suite(state.config, args.suite, TemplateUses(root)),
    )
