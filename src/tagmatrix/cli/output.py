"""Where the commands' words go: results to stdout, messages to stderr."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

from tagmatrix.cli import common_options, github_actions
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from tagmatrix.cli.github_actions import At

_SURROGATES = re.compile("[\ud800-\udfff]")
_COLOURS = {"red": "31", "green": "32", "yellow": "33"}


def open_streams() -> None:
    """Make stdout and stderr take any text: they may be closed, or know few characters."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (for good)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """Print a line of the result.

    Raises InputError if it can't be written. That nobody reads it is no failure.
    """
    _print(github_actions.disarmed(text) if github_actions.active() else text, flush=False)


def say_json(value: dict[str, Any]) -> None:
    """Print the result for a program; raises as `say`.

    Bytes that are not UTF-8, of a path, become U+FFFD, for JSON has no place for them.
    """
    text = json.dumps({"schema": 1, **value}, indent=2, ensure_ascii=False)
    text = _SURROGATES.sub("\ufffd", text)
    _print(github_actions.disarmed_json(text) if github_actions.active() else text, flush=False)


def finish() -> None:
    """Write out what was said; raises as `say`."""
    _print("", flush=True)


def summary(text: str) -> None:
    """Print what a command did, unless --quiet is given; raises as `say`."""
    if not common_options.quiet:
        say(text)


def note(text: str) -> None:
    """Print a message for a person that is no result and no failure, unless --quiet is given."""
    if not common_options.quiet:
        _message(_visible(text))


def say_waiting() -> None:
    """Say why nothing seems to happen."""
    note("another run is at work here; waiting for it")


def warn(text: str, at: At | None = None) -> None:
    """Print a warning; each line has its own mark. `at` is what it is about, for annotations."""
    for line in text.splitlines():
        _message(f"{colour('warning:', 'yellow', sys.stderr)} {_visible(line)}")
    _annotate("warning", text, at)


def complain(text: str, at: At | None = None) -> None:
    """Print what went wrong; each line has its own mark. `at` is as for `warn`."""
    for line in text.splitlines() or [""]:
        _message(f"{colour('error:', 'red', sys.stderr)} {_visible(line)}")
    _annotate("error", text, at)


def complain_of_bug(error: Exception) -> None:
    """Print where an unexpected failure happened, and how to report it."""
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


def _annotate(level: str, text: str, at: At | None) -> None:
    """Show a message beside the file where GitHub Actions reads this."""
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
        raise InputError(f"the output can't be written: {error.strerror}") from None


def _visible(text: str) -> str:
    """Return a text that does nothing to a terminal: arguments and files come from anywhere."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join([c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text])


def _message(text: str) -> None:
    _print_error(github_actions.disarmed(text) if github_actions.active() else text)


def _print_error(text: str) -> None:
    try:
        print(text, file=sys.stderr)
    except OSError:  # there is no one to tell
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Let what is still to be written go nowhere, also when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def colour(text: str, name: str, stream: TextIO) -> str:
    """Return the text in a colour where a person looks at it and has not said no (NO_COLOR)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\033[{_COLOURS[name]}m{text}\033[0m"
