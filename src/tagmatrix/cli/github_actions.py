"""What GitHub Actions makes of lines: annotations of ours, and no commands of anybody else.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, TypeAlias

At: TypeAlias = "tuple[str, int, int]"
"""A file, a line and a column."""

folder: str | os.PathLike[str] = ""
"""What names of files are relative to: the image's folder."""

_PLACED: Final = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): (?P<text>.*)")
# The runner takes `::` for a command at the beginning of a line, `##[` anywhere in it.
_COMMAND: Final = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_OLD_COMMAND: Final = re.compile(r"##(?=\[)")


def active() -> bool:
    """Tell whether GitHub Actions reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def commands(level: str, text: str, at: At | None = None) -> list[str]:
    """Return the commands for a message: one for each line that names a place, else one for all."""
    lines = text.splitlines()
    if any(map(_PLACED.fullmatch, lines)):
        return [annotation(level, line, at) for line in lines]
    return [annotation(level, "\n".join(lines), at)]


def annotation(level: str, line: str, at: At | None = None) -> str:
    """Return the command that shows a message beside a file.

    Args:
        level: `error` or `warning`.
        line: the message; it may begin with its place, `file:line:column: `.
        at: the place, where the message does not say it.

    >>> annotation("error", "100% wrong")
    '::error::100%25 wrong'
    """
    if match := _PLACED.fullmatch(line):
        at = match["file"], int(match["line"]), int(match["column"])
        line = match["text"]
    if at is None:
        return f"::{level}::{_data(line)}"
    return f"::{level} file={_property(_from_top(at[0]))},line={at[1]},col={at[2]}::{_data(line)}"


def disarmed(text: str) -> str:
    """Return a text in which no line is a command.

    >>> disarmed("::set-env name=PATH::x")
    ': :set-env name=PATH::x'
    """
    return _OLD_COMMAND.sub("## ", _COMMAND.sub(r"\1: ", text))


def disarmed_json(text: str) -> str:
    """Return JSON that means the same, in which no line is a command."""
    return text.replace("##[", "##\\u005b")


def _from_top(name: str) -> str:
    """Return a file's name from the top of the checkout, where the runner looks for it."""
    path = Path(folder, name).absolute()
    top = Path(os.environ.get("GITHUB_WORKSPACE") or "").absolute()
    return str(path.relative_to(top) if path.is_relative_to(top) else path)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
