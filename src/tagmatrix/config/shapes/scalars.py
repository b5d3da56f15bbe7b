"""Shapes of single values: texts, constants, dates."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from tagmatrix.config.shapes.shape import kind_of, quote_it
from tagmatrix.config.yaml.nodes import Mapping as Nodes, Scalar
from tagmatrix.problems import shown
from tagmatrix.util.dates import parse_date
from tagmatrix.util.nearest import nearest
from tagmatrix.util.printable import NOT_IN_LINE, NOT_IN_LINES, code_point, unprintable
from tagmatrix.util.wording import counted

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from tagmatrix.config.shapes.shape import Invalid, Reading
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath


# Not blanks alone: a title or a reason of these says nothing.
ANYTHING: Final = rf"[^{NOT_IN_LINE}]*[^\s{NOT_IN_LINE}][^{NOT_IN_LINE}]*"
_ANY_LINES: Final = rf"[^{NOT_IN_LINES}]*[^\s{NOT_IN_LINES}][^{NOT_IN_LINES}]*"
_BLANKS: Final = {"\n": "a line break", "\t": "a tab"}


class Text(Struct, frozen=True):
    """A text that matches a pattern, or is one of some choices.

    `what` names it in messages: 'a version such as "3.14.6"'. A text that YAML
    reads as another type has to be quoted. The length is limited because
    patterns, and numbers with a million digits, are slow. `lines` allows line breaks and
    tabs. `synonyms` are words that other projects use for the choices. `digits` is the number
    of hexadecimal digits that the pattern wants. `build` makes a value of the text.
    """

    what: str
    pattern: str = ANYTHING
    choices: tuple[str, ...] = ()
    longest: int = 2_000
    lines: bool = False
    synonyms: Mapping[str, str] = field(default_factory=dict)
    digits: int = 0
    build: Callable[[str], Any] = str

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (what `build` returns)
        if not isinstance(node, Scalar):
            message = f"expected {self.what}, not {kind_of(node)}"
            if hole := _unquoted_hole(node):
                message = f'YAML reads {hole} as a mapping; write it in quotes: "{hole}"'
            return reading.report(path, message, node.place)
        if found := unprintable(node.text, lines=self.lines):
            return reading.report(path, not_printable(found), node.place)
        if node.kind != "str":
            if not node.text or not self.fits(node.text):
                more = f"; {self.expected(node.text)}" if node.text else ""
                return reading.report(path, quote_it(node, also=more), node.place)
            if node.kind == "null":
                return reading.report(path, quote_it(node), node.place)
            reading.note(path, quote_it(node), node.place)
        elif not self.fits(node.text):
            return reading.report(path, self.unfit(node.text), node.place)
        return self.build(node.text)

    def unfit(self, text: str) -> str:
        """Return the message for a text that does not fit."""
        if len(self.choices) == 1:
            return f'"{shown(text)}" is not known; expected {self.what}'
        if self.choices:
            near = nearest(text, self.choices)
            if meant := self.synonyms.get(text.lower().removeprefix("linux/")):
                near = f"; did you mean {meant}?"
            return f'"{shown(text)}" is not known; expected {self.what}{near}'
        if len(text) > self.longest:
            size = f"{len(text):,} characters; at most {self.longest:,} are allowed"
            return f'"{shown(text)}" is too long ({size}); expected {self.what}'
        return f'invalid value "{shown(text)}": {self.expected(text)}'

    def expected(self, text: str) -> str:
        """Return what is expected instead of a text, and how many digits it has if that is wrong.

        >>> Text("a colour", "[0-9a-f]{6}", digits=6).expected("fffff")
        'expected a colour; it has 5 digits, not 6'
        """
        number = len(text)
        count = number != self.digits > 0 and re.fullmatch("[0-9a-fA-F]+", text)
        more = f"; it has {counted(number, 'digit')}, not {self.digits}" if count else ""
        return f"expected {self.what}{more}"

    def fits(self, text: str) -> bool:
        """Return whether a text is a choice, or matches the pattern and is not too long."""
        if self.choices:
            return text in self.choices
        if len(text) > self.longest or unprintable(text, lines=self.lines):
            return False
        if self.pattern == ANYTHING:
            return bool(text.strip())
        return bool(re.fullmatch(_without_ranges(self.pattern), text))

    def schema(self) -> dict[str, Any]:
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        pattern = _ANY_LINES if self.lines and self.pattern == ANYTHING else self.pattern
        return {"type": "string", "pattern": f"^(?:{pattern})$", "maxLength": self.longest}


@functools.cache
def _without_ranges(pattern: str) -> str:
    """Return a pattern for texts that are printable: the many ranges take long to compile."""
    for ranges in (NOT_IN_LINE, NOT_IN_LINES):
        pattern = pattern.replace(f"[^{ranges}]", "(?s:.)").replace(ranges, "")
    return pattern


def not_printable(found: str, advice: str = "") -> str:
    """Return the message for a text with a character that it must not contain.

    `advice` says what to do about a line break or a tab; the default is for a text of one line.
    """
    if blank := _BLANKS.get(found):
        return (
            f"this text contains {blank} ({code_point(found)}); "
            f"{advice or 'write it in one line, with >- instead of > or |'}"
        )
    return f"the character {code_point(found)} is not printable; remove it"


def _unquoted_hole(node: Node) -> str:
    """Return the placeholder that YAML read as a mapping because it is not quoted: {suite}."""
    if isinstance(node, Nodes) and len(node.items) == 1:
        key, value = node.items[0]
        if isinstance(value, Scalar) and value.plain and not value.text:
            return f"{{{shown(key.text)}}}"
    return ""


class Constant(Struct, frozen=True):
    """One of some values that are written without quotes.

    `what` names them in messages, `texts` has the value of each text, and `rule` is
    their JSON Schema.
    """

    what: str
    texts: Mapping[str, Any]
    rule: Mapping[str, Any]

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (a value of `texts`)
        if isinstance(node, Scalar) and node.plain and node.text in self.texts:
            return self.texts[node.text]
        return _not_plain(self.what, node, path, reading)

    def schema(self) -> dict[str, Any]:
        return dict(self.rule)


class Number(Struct, frozen=True):
    """A whole number in a range, without leading zeros; `what` names it in messages."""

    what: str
    first: int
    last: int

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (as Constant)
        if isinstance(node, Scalar) and node.plain and len(node.text) <= len(str(self.last)):
            text = node.text
            number = int(text) if text.isascii() and text.isdecimal() else self.first - 1
            if self.first <= number <= self.last and str(number) == text:
                return number
        return _not_plain(self.what, node, path, reading)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.first, "maximum": self.last}


def _not_plain(what: str, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (as Constant)
    """Report a value that is not what a shape takes."""
    message = f"write {what} without quotes, or remove `{path[-1]}`"
    return reading.report(path, message, node.place)


FLAG: Final = Constant("`true` or `false`", {"true": True, "false": False}, {"type": "boolean"})
YES: Final = Constant("`true`", {"true": True}, {"const": True})
"""The value true; a user leaves the key out for false."""
NULL: Final = Constant("`null`", dict.fromkeys(("null", "Null", "NULL", "~", "")), {"type": "null"})


class Day(Struct, frozen=True):
    """A date, quoted or not."""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> dt.date | Invalid:
        if isinstance(node, Scalar) and re.fullmatch(r"\d{4}-\d\d-\d\d", node.text, re.ASCII):
            try:
                return parse_date(node.text)
            except ValueError:
                message = (
                    f"invalid date {node.text}: the calendar has no such day; write year, month "
                    "and day, such as 2030-10-31"
                )
                return reading.report(path, message, node.place)
        message = f"expected a date such as 2030-10-31, not {kind_of(node)}"
        return reading.report(path, message, node.place)

    def schema(self) -> dict[str, Any]:
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
        return {"type": "string", "format": "date", "pattern": pattern}
