"""Run one command; import only its own module."""

from __future__ import annotations

import argparse
import importlib
import keyword
from typing import TYPE_CHECKING

from tagmatrix.cli import common_options
from tagmatrix.cli.parsing import Parser

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType


def dispatch(name: str, root: Path, arguments: Sequence[str]) -> int:
    """Parse a command's arguments with the parser of its module, and run it.

    Args:
        name: the command's name: `generate`, `library list`.
        root: the image's folder.
        arguments: the arguments after the name.
    """
    args = parser(name).parse_args(arguments)
    common_options.turn_on(args)
    args.image_folder = root
    code: int = module(name).run(root, args)
    return code


def parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command, by its name: `generate`, `library list`."""
    command = module(name)
    result = Parser(prog=f"tagmatrix {name}", description=command.__doc__)
    command.add_arguments(result)
    common_options.add_arguments(result)
    return result


def module(name: str) -> ModuleType:
    """Return the module of a command; `import` is not allowed as the name of a module."""
    end = "_" if keyword.iskeyword(name) else ""
    return importlib.import_module(f"tagmatrix.cli.{name.replace(' ', '.')}{end}")


def add_subcommands(
    parser: argparse.ArgumentParser, command: str, subcommands: Mapping[str, str]
) -> None:
    """Declare the arguments of a command with subcommands, each with its line of help."""
    rows = "\n".join(f"  {name:<12}{text}" for name, text in subcommands.items())
    parser.epilog = f"subcommands:\n{rows}"
    parser.add_argument("subcommand", metavar="SUBCOMMAND", choices=subcommands, help="see below")
    parser.add_argument(
        "arguments",
        metavar="...",
        nargs=argparse.REMAINDER,
        help=f"see tagmatrix {command} SUBCOMMAND --help",
    )
