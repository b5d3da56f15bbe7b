"""Where the commands' words go: results to stdout, messages to stderr."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

_COLOURS = {"red": "31", "green": "32", "yellow": "33"}


def say(text: str = "") -> None:
    """Print a line of the result."""
    print(text)


def say_json(value: dict[str, Any]) -> None:
    """Print the result for a program."""
    print(json.dumps({"schema": 1, **value}, indent=2, ensure_ascii=False))


def note(text: str) -> None:
    """Print a message for a person that is no result and no failure."""
    print(text, file=sys.stderr)


def warn(text: str) -> None:
    """Print a warning; each line has its own mark."""
    for line in text.splitlines():
        print(f"{colour('warning:', 'yellow', sys.stderr)} {line}", file=sys.stderr)


def complain(text: str) -> None:
    """Print what went wrong; each line has its own mark."""
    for line in text.splitlines() or [""]:
        print(f"{colour('error:', 'red', sys.stderr)} {line}", file=sys.stderr)


def colour(text: str, name: str, stream: TextIO) -> str:
    """Return the text in a colour where a person looks at it and has not said no (NO_COLOR)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\033[{_COLOURS[name]}m{text}\033[0m"
