"""Running one command: only its own module is imported."""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING

from tagmatrix.cli import common_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def dispatch(name: str, root: Path, arguments: Sequence[str]) -> int:
    """Parse the arguments of a command as its module declares them, and run it.

    Args:
        name: the words of the command: `generate`, `library list`.
        root: the image's folder.
        arguments: what follows these words.
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
