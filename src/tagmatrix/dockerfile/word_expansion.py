"""The words and variables of a Dockerfile, split and expanded as BuildKit does it.

https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.dockerfile.blanks import SPACE
from tagmatrix.dockerfile.operators import (
    ShellError,
    chosen,
    replaced_in,
    shortened,
    unknown_operator,
)
from tagmatrix.dockerfile.word_builder import WordBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

DEEPEST: Final = 100
"""Variables in variables, as in `${A:-${B}}`, at most this deep."""

_SPECIAL_NAMES: Final = frozenset("@*#?-$!0")
_CHOICES: Final = frozenset("+-?")
_IN_QUOTES: Final = frozenset('"$')


class Style(Struct, frozen=True, kw_only=True):
    """How a text is read.

    Attributes:
        escape: the escape character.
        keep_quotes, keep_escapes, keep_unset: whether quotes, escapes and unknown variables stay.
        plain_quotes: whether quotes are characters like others, as in a here-document.
        any_value: whether unknown variables may have a value: one that must have it has it.
    """

    escape: str = "\\"
    keep_quotes: bool = False
    keep_escapes: bool = False
    keep_unset: bool = False
    plain_quotes: bool = False
    any_value: bool = False


def expand(text: str, values: Mapping[str, str], style: Style) -> str:
    r"""Return a text with its variables replaced, without its quotes and escapes.

    Raises ShellError.

    >>> expand('"$A"-${B:-2}${A%.*}', {"A": "1.5"}, Style())
    '1.5-21'
    """
    return _Lexer(text, values, style).run("")[0]


def split_words(text: str, style: Style) -> list[str]:
    """Return the words of a text without values of variables. Raises ShellError."""
    return _Lexer(text, {}, style).run("")[1]


def check(text: str, escape: str, *, plain_quotes: bool = False) -> None:
    r"""Raise ShellError if a text can't be expanded, whatever the values of its variables.

    >>> check("${A:?it must be set}", "\\")
    >>> check("${A:=b}", "\\")
    Traceback (most recent call last):
      ...
    tagmatrix.dockerfile.operators.ShellError: unknown operator ':=' after the variable A
    """
    _Lexer(text, {}, Style(escape=escape, plain_quotes=plain_quotes, any_value=True)).run("")


class _Lexer:
    """Reads a text once, from left to right."""

    def __init__(self, text: str, values: Mapping[str, str], style: Style) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._values = values
        self._style = style
        self._keep_escapes = style.keep_escapes

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._peek()
        self._at += 1
        return character

    def run(self, stop: str) -> tuple[str, list[str]]:
        """Read to a character, or to the end; return the text and its words."""
        result: list[str] = []
        words = WordBuilder()
        while character := self._peek():
            if character == stop:
                self._next()
                return "".join(result), words.end()
            if character == "$":
                piece = self._variable()
                words.add(piece)
            elif character in "'\"" and not self._style.plain_quotes:
                piece = self._single_quoted() if character == "'" else self._double_quoted()
                words.add_raw(piece)
            elif character == "<":
                piece = self._less_than()
                words.add_raw(piece)
            elif character == self._style.escape:
                self._next()
                piece = (character if self._keep_escapes else "") + self._next()
                words.add_raw(piece)
            else:
                piece = self._next()
                words.add(piece)
            result.append(piece)
        if stop:
            raise ShellError(f"there is no {stop} that closes it")
        return "".join(result), words.end()

    def _less_than(self) -> str:
        """Read `<`, or `<<` with the blanks after it: a here-document may begin with them."""
        start = self._at
        self._next()
        if self._peek() == "<":
            self._next()
            while self._peek() and self._peek() in SPACE:
                self._next()
        return self._text[start : self._at]

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise ShellError("there is no ' that closes it")
        start, self._at = self._at, end + 1
        keep = self._style.keep_quotes
        return self._text[start : end + 1] if keep else self._text[start + 1 : end]

    def _double_quoted(self) -> str:
        quote = '"' if self._style.keep_quotes else ""
        self._next()
        result = [quote]
        while character := self._peek():
            if character == '"':
                self._next()
                return "".join([*result, quote])
            if character == "$":
                result.append(self._variable())
                continue
            self._next()
            if character == self._style.escape:
                if self._keep_escapes:
                    result.append(character)
                following = self._peek()
                if not following:
                    break
                if following in _IN_QUOTES or following == self._style.escape:
                    character = self._next()
            result.append(character)
        raise ShellError('there is no " that closes it')

    def _variable(self) -> str:
        start = self._at
        self._next()
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            return self._values.get(name, f"${name}" if self._style.keep_unset else "")
        self._next()
        if not self._peek():
            raise ShellError("there is no } that closes it")
        if self._peek() in "{}:":
            raise ShellError(f"invalid variable {self._text[start : self._at + 1]}")
        self._depth += 1
        if self._depth > DEEPEST:
            raise ShellError("variables are nested too deeply")
        name = self._name()
        value = self._modified(name)
        self._depth -= 1
        return value

    def _modified(self, name: str) -> str:
        """Read what follows the name in `${name...}`, and return the value."""
        operator = self._next()
        if operator == "}":
            return self._values.get(name, f"${{{name}}}" if self._style.keep_unset else "")
        if operator == "/":
            return self._replaced(name)
        colon = ":" if operator == ":" else ""
        if colon:
            operator = self._next()
        elif operator not in {"+", "-", "?", "#", "%"}:
            raise unknown_operator(name, operator)
        word = self._inner("}", keep_escapes=operator in {"#", "%"})
        value = self._values.get(name)
        if value is None and self._style.keep_unset:
            return f"${{{name}{colon}{operator}{word}}}"
        if value is None and self._style.any_value and operator == "?":
            return ""
        if operator in {"#", "%"}:
            if colon:
                raise unknown_operator(name, f":{operator}")
            return shortened(value or "", operator, word)
        empty = value is None or (bool(colon) and not value)
        if operator not in _CHOICES:
            raise unknown_operator(name, f"{colon}{operator}")
        return chosen(name, operator, word, None if empty else value)

    def _replaced(self, name: str) -> str:
        everywhere = self._peek() == "/"
        if everywhere:
            self._next()
        pattern = self._inner("/", keep_escapes=True)
        text = self._inner("}", keep_escapes=True)
        value = self._values.get(name)
        if value is None and self._style.keep_unset:
            return f"${{{name}/{pattern}/{text}}}"
        return replaced_in(value or "", pattern, text, everywhere=everywhere)

    def _inner(self, stop: str, *, keep_escapes: bool) -> str:
        before, self._keep_escapes = self._keep_escapes, keep_escapes
        text, _ = self.run(stop)
        self._keep_escapes = before
        return text

    def _name(self) -> str:
        """Read the name of a variable; a number and a special name end by themselves."""
        start = self._at
        first = self._peek()
        if first.isdecimal():
            while self._peek().isdecimal():
                self._next()
        elif first and first in _SPECIAL_NAMES:
            self._next()
        else:
            while (
                (character := self._peek()).isalpha() or character.isdecimal() or character == "_"
            ):
                self._next()
        return self._text[start : self._at]
