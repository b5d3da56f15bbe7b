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
    """Parse a command's arguments with the parser of its module, and run it, or its subcommand.

    Args:
        name: the command's name: `generate`, `library list`.
        root: the image's folder.
        arguments: the arguments after the name.
    """
    args = parser(name).parse_args(arguments)
    common_options.turn_on(args)
    args.image_folder = root
    command = module(name)
    if not hasattr(command, "run"):
        return dispatch(f"{name} {args.subcommand}", root, args.arguments)
    code: int = command.run(root, args)
    return code


def parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of a command, by its name: `generate`, `library list`."""
    command = module(name)
    result = Parser(prog=f"tagmatrix {name}", description=command.__doc__)
    if subcommands := subcommands_of(name):
        _add_subcommands(result, name, subcommands)
    else:
        command.add_arguments(result)
    common_options.add_arguments(result)
    return result


def module(name: str) -> ModuleType:
    """Return the module of a command; `import` is not allowed as the name of a module."""
    end = "_" if keyword.iskeyword(name) else ""
    return importlib.import_module(f"tagmatrix.cli.{name.replace(' ', '.')}{end}")


def subcommands_of(name: str) -> Mapping[str, str]:
    """Return the subcommands of a command, each with its line of help; empty if it has none."""
    found: Mapping[str, str] = getattr(module(name), "SUBCOMMANDS", {})
    return found


def _add_subcommands(
    parser: argparse.ArgumentParser, command: str, subcommands: Mapping[str, str]
) -> None:
    """Declare the arguments of a command with subcommands."""
    rows = "\n".join(f"  {name:<12}{text}" for name, text in subcommands.items())
    parser.epilog = f"subcommands:\n{rows}"
    parser.add_argument("subcommand", metavar="SUBCOMMAND", choices=subcommands, help="see below")
    parser.add_argument(
        "arguments",
        metavar="...",
        nargs=argparse.REMAINDER,
        help=f"see tagmatrix {command} SUBCOMMAND --help",
    )
