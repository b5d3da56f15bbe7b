"""Run one command; import only its own module."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING

from tagmatrix.cli import common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def dispatch(name: str, root: Path, arguments: Sequence[str]) -> int:
    """Parse a command's arguments with the parser of its module, and run it.

    Args:
        name: the command's name: `generate`, `library list`.
        root: the image's folder.
        arguments: the arguments after the name.
    """
    command = importlib.import_module(f"tagmatrix.cli.{name.replace(' ', '.')}")
    parser = argparse.ArgumentParser(
        prog=f"tagmatrix {name}",
        description=command.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    common_options.add_arguments(parser)
    args = parser.parse_args(arguments)
    common_options.turn_on(args)
    code: int = command.run(root, args)
    return code
