"""The parser of arguments: argparse, with suggestions for wrong names."""

from __future__ import annotations

import argparse
import functools
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMATTER: Final = argparse.RawDescriptionHelpFormatter
# argparse checks each argument with a formatter, which without a width loads shutil for one.
_OF_ANY_WIDTH: Final[Any] = functools.partial(_FORMATTER, width=80)
_MISSING: Final = "the following arguments are required: "


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors suggest the nearest option, or the nearest choice."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 (argparse's own settings)
        super().__init__(formatter_class=_OF_ANY_WIDTH, allow_abbrev=False, **settings)

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]  # noqa: ANN401 (argparse has overloads)
        """Return the parsed arguments. Exits with 2 if one is unknown."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self._refuse(unknown)
        return found

    def format_help(self) -> str:
        """Return the help, as wide as the terminal."""
        self.formatter_class = _FORMATTER
        return super().format_help()

    def format_usage(self) -> str:
        """Return the usage, as wide as the terminal."""
        self.formatter_class = _FORMATTER
        return super().format_usage()

    def error(self, message: str) -> NoReturn:
        """Print an error and exit with 2; name the help if an argument is missing."""
        from tagmatrix.problems import printable  # noqa: PLC0415 (only when something is wrong)

        if message.startswith(_MISSING):
            message = f"{message.removesuffix(', ...')}; see {self.prog} --help"
        super().error(printable(message, keep="\t"))

    def _check_value(self, action: argparse.Action, value: Any) -> None:  # noqa: ANN401 (as argparse)
        """Raise ArgumentError if a value is not one of the choices."""
        if action.choices is not None and value not in action.choices:
            near = _nearest(str(value), [str(choice) for choice in action.choices])
            raise argparse.ArgumentError(action, f"invalid choice: {value!r}{near}")

    def _refuse(self, unknown: Sequence[str]) -> NoReturn:
        options = [option for option in self._option_string_actions if option.startswith("--")]
        name = unknown[0].partition("=")[0]
        near = _nearest(name, options) if name.startswith("--") and len(unknown) == 1 else ""
        self.error(f"unrecognized arguments: {' '.join(unknown)}{near}")


def _nearest(word: str, known: Sequence[str]) -> str:
    from tagmatrix.util.nearest import nearest  # noqa: PLC0415 (only when something is wrong)

    return nearest(word, known)
