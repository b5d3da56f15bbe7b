"""Output for GitHub Actions: print annotations, and disarm workflow commands in other text.

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
"""The folder that file names are relative to: the image's folder."""

_PLACED: Final = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): (?P<text>.*)")
# The runner reads a command after `::` at the beginning of a line, and after `##[` anywhere.
# A carriage return begins a line there too, and so may other line breaks of Unicode.
_COMMAND: Final = re.compile(
    r"(?:^|(?<=[\r\v\f\x1c-\x1e\x85\u2028\u2029]))([^\S\n]*):(?=:)", re.MULTILINE
)
_OLD_COMMAND: Final = re.compile(r"##(?=\[)")


def active() -> bool:
    """Return whether the command runs in GitHub Actions.

    https://docs.github.com/actions/reference/workflows-and-actions/variables
    """
    return os.environ.get("GITHUB_ACTIONS") == "true"


def commands(level: str, text: str, at: At | None = None) -> list[str]:
    """Return a command for each line of a message that has a place, or else one for all lines."""
    lines = text.splitlines()
    if any(map(_PLACED.fullmatch, lines)):
        return [annotation(level, line, at) for line in lines]
    return [annotation(level, "\n".join(lines), at)]


def annotation(level: str, line: str, at: At | None = None) -> str:
    """Return the command that annotates a file with a message.

    Args:
        level: `error` or `warning`.
        line: the message, which may begin with its place, `file:line:column: `.
        at: the place, if the message does not include it.

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
    """Return a text without workflow commands.

    >>> disarmed("::set-env name=PATH::x")
    ': :set-env name=PATH::x'
    """
    return _OLD_COMMAND.sub("## ", _COMMAND.sub(r"\1: ", text))


def disarmed_json(text: str) -> str:
    """Return equivalent JSON without workflow commands."""
    return text.replace("##[", "##\\u005b")


def _from_top(name: str) -> str:
    """Return a file's path relative to the checkout, as the runner expects."""
    path = Path(folder, name).absolute()
    top = Path(os.environ.get("GITHUB_WORKSPACE") or "").absolute()
    return str(path.relative_to(top) if path.is_relative_to(top) else path)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
