"""What GitHub Actions makes of lines: annotations of ours, and no commands of anybody else.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
import re
from typing import Final, TypeAlias

At: TypeAlias = "tuple[str, int, int]"
"""A file, a line and a column."""

_PLACED: Final = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+):(?P<column>\d+): (?P<text>.*)")
# The runner takes `::` for a command at the beginning of a line, `##[` anywhere in it.
_COMMAND: Final = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_OLD_COMMAND: Final = re.compile(r"##(?=\[)")


def active() -> bool:
    """Tell whether GitHub Actions reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def commands(level: str, text: str, at: At | None = None, folder: str = "") -> list[str]:
    """Return the commands for a message: one for each line that names a place, else one for all."""
    lines = text.splitlines()
    if any(map(_PLACED.fullmatch, lines)):
        return [annotation(level, line, at, folder) for line in lines]
    return [annotation(level, "\n".join(lines), at, folder)]


def annotation(level: str, line: str, at: At | None = None, folder: str = "") -> str:
    """Return the command that shows a message beside a file.

    Args:
        level: `error` or `warning`.
        line: the message; it may begin with its place, `file:line:column: `.
        at: the place, where the message does not say it.
        folder: what the file's name is relative to, from the top of the repository.

    >>> annotation("error", "versions.yaml:3:1: releases: 100% wrong")
    '::error file=versions.yaml,line=3,col=1::releases: 100%25 wrong'
    """
    if match := _PLACED.fullmatch(line):
        at = match["file"], int(match["line"]), int(match["column"])
        line = match["text"]
    if at is None:
        return f"::{level}::{_data(line)}"
    name = f"{folder.rstrip('/')}/{at[0]}" if folder not in {"", "."} else at[0]
    return f"::{level} file={_property(name)},line={at[1]},col={at[2]}::{_data(line)}"


def disarmed(text: str) -> str:
    """Return a text in which no line is a command.

    >>> disarmed("::set-env name=PATH::x")
    ': :set-env name=PATH::x'
    """
    return _OLD_COMMAND.sub("## ", _COMMAND.sub(r"\1: ", text))


def disarmed_json(text: str) -> str:
    """Return JSON that means the same, in which no line is a command."""
    return text.replace("##[", "##\\u005b")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
