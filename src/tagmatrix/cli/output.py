"""Print the output of commands: results to stdout, messages to stderr."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

from tagmatrix.cli import common_options, github_actions
from tagmatrix.errors import InputError
from tagmatrix.problems import printable

if TYPE_CHECKING:
    from tagmatrix.cli.github_actions import At

_SURROGATES = re.compile("[\ud800-\udfff]")
_COLOURED = re.compile(r"(\033\[3[123]m[a-z]+:?\033\[0m)")
_made: set[str] = set()
"""The words that `colour` made: only they may have controls on a terminal."""
_COLOURS = {"red": "31", "green": "32", "yellow": "33"}


def open_streams() -> None:
    """Make stdout and stderr accept any text, also if closed or with a small character set."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (it stays open)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """Print a line of the result; without control characters if stdout is a terminal.

    Raises InputError if writing fails. A closed pipe is not a failure.
    """
    if sys.stdout.isatty():
        parts = _COLOURED.split(text)
        text = "".join([part if part in _made else _visible(part) for part in parts])
    _print(github_actions.disarmed(text) if github_actions.active() else text, flush=False)


def say_json(value: dict[str, Any]) -> None:
    """Print the result as JSON; raises as `say`.

    Bytes of a path that are not UTF-8 become U+FFFD, because JSON cannot hold them.
    """
    import json  # noqa: PLC0415 (a run that prints no JSON does without it)

    say_json_text(json.dumps({"schema": 1, **value}, indent=2, ensure_ascii=False))


def say_large_json(value: dict[str, Any]) -> None:
    """Print a JSON document as `say_json` does; json.dumps is slow if it indents."""
    import json  # noqa: PLC0415 (as above)

    from msgspec.json import format as indented  # noqa: PLC0415 (few commands need it)

    text = json.dumps(value, ensure_ascii=False)
    say_json_text(indented(_SURROGATES.sub("\ufffd", text)))


def say_json_text(text: str) -> None:
    """Print the text of a JSON document, as `say_json` does."""
    text = _SURROGATES.sub("\ufffd", text)
    if sys.stdout.isatty() and not text.replace("\n", "").isprintable():
        import json  # noqa: PLC0415 (as above)

        text = "".join([c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text])
    _print(github_actions.disarmed_json(text) if github_actions.active() else text, flush=False)


def finish() -> None:
    """Flush the output; raises as `say`."""
    _print("", flush=True)


def summary(text: str) -> None:
    """Print what a command did, unless --quiet is given; raises as `say`."""
    if not common_options.quiet:
        say(text)


def note(text: str) -> None:
    """Print a message that is not a result, warning or error, unless --quiet is given."""
    if not common_options.quiet:
        _message(_visible(text))


def say_waiting() -> None:
    """Print that this run waits for another one."""
    note("another run works in this folder; waiting until it ends")


def warn(text: str, at: At | None = None) -> None:
    """Print a warning, with a label on each line. `at` is its place, for annotations."""
    _report("warning", "yellow", text, at)


def complain(text: str, at: At | None = None) -> None:
    """Print an error, with a label on each line. `at` is as for `warn`."""
    _report("error", "red", text, at)


def complain_of_bug(error: Exception) -> None:
    """Print the place of a bug, and how to report it."""
    import traceback  # noqa: PLC0415 (only for bugs)

    frame = traceback.extract_tb(error.__traceback__)[-1]
    complain(
        f"bug in tagmatrix: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})\n"
        "please report it with the traceback: run the same command with --debug"
    )


def trace(error: Exception) -> None:
    """Print the traceback of a failure if --debug is given."""
    if common_options.debug:
        import traceback  # noqa: PLC0415 (as above)

        _message(_visible("".join(traceback.format_exception(error)).rstrip("\n")))


def _report(level: str, label_colour: str, text: str, at: At | None) -> None:
    """Print a warning or an error, and annotate it in GitHub Actions."""
    label = colour(f"{level}:", label_colour, sys.stderr)
    for line in text.splitlines() or [""]:
        _message(f"{label} {_visible(line)}")
    if github_actions.active():
        for command in github_actions.commands(level, text, at):
            _print_error(command)


def _print(text: str, *, flush: bool) -> None:
    try:
        print(text, end="" if flush else "\n", flush=flush)
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise InputError(f"cannot write the output: {error.strerror}") from None


def _visible(text: str) -> str:
    """Return a text without control characters, because input may be hostile."""
    return printable(text, keep="\n\t")


def _message(text: str) -> None:
    _print_error(github_actions.disarmed(text) if github_actions.active() else text)


def _print_error(text: str) -> None:
    try:
        print(text, file=sys.stderr)
    except OSError:  # there is no way to report it
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Discard the rest of the output, also when the interpreter exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def colour(text: str, name: str, stream: TextIO) -> str:
    """Return the text in a colour on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    made = f"\033[{_COLOURS[name]}m{text}\033[0m"
    _made.add(made)
    return made
