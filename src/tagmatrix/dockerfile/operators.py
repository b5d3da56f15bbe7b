"""The operators in `${name...}`, applied to a value.

https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

from __future__ import annotations

from tagmatrix.dockerfile.shell_patterns import replaced, without_prefix, without_suffix


class ShellError(ValueError):
    """A text that BuildKit can't expand."""


class UnsetError(ShellError):
    """A variable that must have a value and has none."""

    def __init__(self, name: str, reason: str) -> None:
        """Take the name of the variable, and what its author says of it."""
        super().__init__(f"{name} has no value: {reason or 'it needs one'}")
        self.name = name


def chosen(name: str, operator: str, word: str, value: str | None) -> str:
    """Return the value of `${name-word}` and the like; `value` is None where the word counts."""
    if operator == "+":
        return "" if value is None else word
    if value is not None and operator in {"-", "?"}:
        return value
    if operator == "-":
        return word
    raise UnsetError(name, word)


def shortened(value: str, operator: str, word: str) -> str:
    """Return the value of `${name#word}`, `${name%word}`, and of the same with two signs."""
    longest = word.startswith(operator)
    cut = without_prefix if operator == "#" else without_suffix
    try:
        return cut(value, word[longest:], longest=longest)
    except ValueError as error:
        raise ShellError(str(error)) from None


def replaced_in(value: str, pattern: str, text: str, *, everywhere: bool) -> str:
    """Return the value of `${name/pattern/text}`, or with `//` everywhere."""
    try:
        return replaced(value, pattern, text, everywhere=everywhere)
    except ValueError as error:
        raise ShellError(str(error)) from None


def unknown_operator(name: str, operator: str) -> ShellError:
    """Return the error for an operator that BuildKit does not know; empty at the end of a word."""
    what = f"unknown operator {operator!r}" if operator else "missing }"
    return ShellError(f"{what} after the variable {name}")
