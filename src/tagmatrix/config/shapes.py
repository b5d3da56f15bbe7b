"""Shapes: what may stand at a place of a YAML file.

A shape does two things from one description: it reads a node into a value,
noting every problem with its place, and it writes the same rule as JSON Schema
(draft 2020-12). So what the loader accepts and what an editor is told cannot
drift apart.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from tagmatrix.config.nodes import Mapping, Scalar, Sequence
from tagmatrix.problems import MAX_PROBLEMS, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as AbstractMapping

    from tagmatrix.config.nodes import Node
    from tagmatrix.problems import Place, ValuePath


_SUGGESTIONS: Final = 20  # so many known words are listed
_LONGEST_WORD: Final = 128  # longer ones have no nearest: comparing them takes too long
_MOST_WORDS: Final = 2_000


class Invalid:
    """What a shape returns for a value that it has reported."""


INVALID: Final = Invalid()


class TooManyProblemsError(Exception):
    """Reading has been given up; `Reading.problems` holds what was found."""


_KINDS: Final = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing at all",
    "timestamp": "a date",
}


class Reading:
    """What is learned while a file is read: its problems, and where each value stands."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.places: dict[ValuePath, Place] = {}

    def report(self, path: ValuePath, message: str, place: Place) -> Invalid:
        """Note a problem. Raises TooManyProblemsError when there are MAX_PROBLEMS."""
        self.problems.append(Problem(path, message, place))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblemsError
        return INVALID


class Shape(Protocol):
    """What may stand at a place."""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401
        """Return the value, or INVALID after having reported why."""

    def schema(self) -> dict[str, Any]:
        """Return the same rule as JSON Schema."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that matches a pattern, or is one of some choices.

    `what` names it in messages: 'a version such as "3.14.6"'. What YAML would
    read as something else than text has to be quoted. The length is bounded:
    a pattern, or a number of a million digits, would take its time.
    """

    what: str
    pattern: str = r".+"
    choices: tuple[str, ...] = ()
    longest: int = 2_000
    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> str | Invalid:
        if not isinstance(node, Scalar):
            return reading.report(path, f"expected {self.what}, not {_kind(node)}", node.place)
        if node.kind != "str":
            return reading.report(path, quote_it(node), node.place)
        if self.choices and node.text not in self.choices:
            message = f'"{shown(node.text)}" is not known; expected {self.what}'
            return reading.report(path, message + nearest(node.text, self.choices), node.place)
        if len(node.text) > self.longest:
            size = f"{len(node.text):,} characters, {self.longest:,} are allowed"
            message = f'"{shown(node.text)}" is too long ({size}); expected {self.what}'
            return reading.report(path, message, node.place)
        if not self.fits(node.text):
            message = f'"{shown(node.text)}" cannot stand here; expected {self.what}'
            return reading.report(path, message, node.place)
        return node.text

    def fits(self, text: str) -> bool:
        """Tell whether a text matches the pattern; no longer ones are allowed than `longest`."""
        return len(text) <= self.longest and bool(
            re.fullmatch(self.pattern, text, re.ASCII | re.DOTALL)
        )

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self.choices:
            schema["enum"] = list(self.choices)
            return schema | ({"description": self.description} if self.description else {})
        if self.pattern != r".+":
            schema["pattern"] = f"^(?:{self.pattern})$"
        else:
            schema["minLength"] = 1
        schema["maxLength"] = self.longest
        return schema | ({"description": self.description} if self.description else {})


@dataclass(frozen=True, slots=True)
class Flag:
    """Either true or false."""

    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> bool | Invalid:
        if isinstance(node, Scalar) and node.plain and node.text in {"true", "false"}:
            return node.text == "true"
        return reading.report(path, "write true or false, without quotes", node.place)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"} | ({"description": self.description} if self.description else {})


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from 0 to `most`."""

    what: str
    most: int
    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> int | Invalid:
        if isinstance(node, Scalar) and node.plain and re.fullmatch(r"0|[1-9]\d{0,8}", node.text):
            number = int(node.text)
            if number <= self.most:
                return number
        message = f"expected {self.what}: a whole number from 0 to {self.most}, without quotes"
        return reading.report(path, message, node.place)

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": self.most} | (
            {"description": self.description} if self.description else {}
        )


@dataclass(frozen=True, slots=True)
class Day:
    """A date, quoted or not."""

    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> dt.date | Invalid:
        if isinstance(node, Scalar) and re.fullmatch(r"\d{4}-\d\d-\d\d", node.text, re.ASCII):
            try:
                return dt.date.fromisoformat(node.text)
            except ValueError:
                message = f"{node.text} is no day of the calendar"
                return reading.report(path, message, node.place)
        message = f"expected a date such as 2030-10-31, not {_kind(node)}"
        return reading.report(path, message, node.place)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"} | (
            {"description": self.description} if self.description else {}
        )


@dataclass(frozen=True, slots=True)
class Nothing:
    """null: said on purpose."""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Invalid | None:
        if isinstance(node, Scalar) and node.kind == "null":
            return None
        return reading.report(path, "expected null", node.place)

    def schema(self) -> dict[str, Any]:
        return {"type": "null"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one shape, each at most once; `needed` says why it cannot be empty."""

    item: Shape
    what: str
    description: str = ""
    needed: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> tuple[Any, ...] | Invalid:
        if not isinstance(node, Sequence):
            message = f"expected a list of {self.what}, not {_kind(node)}"
            if isinstance(node, Scalar) and node.kind != "null":
                message += f'; write ["{shown(node.text)}"]'
            return reading.report(path, message, node.place)
        if self.needed and not node.items:
            return reading.report(path, f"this list is empty; {self.needed}", node.place)
        values: list[Any] = []
        seen: set[str] = set()
        for number, item in enumerate(node.items):
            at = (*path, number)
            reading.places[at] = item.place
            value = self.item.read(item, at, reading)
            if value is INVALID:
                continue
            text = repr(value)  # not every value has a hash
            if text in seen:
                name = shown(item.text if isinstance(item, Scalar) else getattr(value, "name", ""))
                message = f'"{name}" stands twice in this list; keep one'
                reading.report(at, message, item.place)
                continue
            seen.add(text)
            values.append(value)
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.item.schema(), "uniqueItems": True}
        if self.needed:
            schema["minItems"] = 1
        return schema | ({"description": self.description} if self.description else {})


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from names of one shape to values of another, in the order of the file."""

    key: Text
    value: Shape
    what: str
    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> dict[str, Any] | Invalid:
        if not isinstance(node, Mapping):
            message = f"expected a mapping of {self.what}, not {_kind(node)}; write `key: value`"
            return reading.report(path, message, node.place)
        values: dict[str, Any] = {}
        for name, item in node.items:
            at = (*path, name.text)
            reading.places[at] = name.place
            key = self.key.read(name, at, reading)
            value = self.value.read(item, at, reading)
            if not isinstance(key, Invalid) and value is not INVALID:
                values[key] = value
        return values

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "object",
            "propertyNames": self.key.schema(),
            "additionalProperties": self.value.schema(),
        }
        return schema | ({"description": self.description} if self.description else {})


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record: its shape, what it means, and what its absence means."""

    shape: Shape
    description: str
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys, built into a value by `build(**values)`.

    A key that is absent comes as its default. If one of the keys is invalid,
    the whole record is.
    """

    fields: AbstractMapping[str, Field]
    build: Callable[..., Any]
    what: str
    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401
        if not isinstance(node, Mapping):
            message = f"expected {self.what} (keys: {', '.join(self.fields)}), not {_kind(node)}"
            return reading.report(path, message, node.place)
        values = {name: entry.default for name, entry in self.fields.items()}
        invalid = False
        given = set()
        for name, item in node.items:
            at = (*path, name.text)
            reading.places[at] = name.place
            given.add(name.text)
            entry = self.fields.get(name.text)
            if entry is None:
                message = f"unknown key{nearest(name.text, self.fields)}"
                reading.report(at, message, name.place)
                invalid = True
                continue
            value = entry.shape.read(item, at, reading)
            invalid = invalid or value is INVALID
            values[name.text] = value
        for key, entry in self.fields.items():
            if entry.required and key not in given:
                description = entry.description[:1].lower() + entry.description[1:]
                reading.report(path, f"`{key}` is missing; add it: {description}", node.place)
                invalid = True
        return INVALID if invalid else self.build(**values)

    def schema(self) -> dict[str, Any]:
        properties = {
            name: entry.shape.schema() | {"description": entry.description}
            for name, entry in self.fields.items()
        }
        schema: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if required := [name for name, entry in self.fields.items() if entry.required]:
            schema["required"] = required
        return schema | ({"description": self.description} if self.description else {})


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes, told apart by the kind of node.

    Kinds are `scalar`, `list`, `mapping`, and `null` or `bool` before `scalar`.
    """

    what: str
    shapes: AbstractMapping[str, Shape] = field(default_factory=dict)
    description: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401
        for kind in _kinds_of(node):
            if kind in self.shapes:
                return self.shapes[kind].read(node, path, reading)
        return reading.report(path, f"expected {self.what}, not {_kind(node)}", node.place)

    def schema(self) -> dict[str, Any]:
        schema = {"anyOf": [shape.schema() for shape in self.shapes.values()]}
        return schema | ({"description": self.description} if self.description else {})


def nearest(word: str, known: Iterable[str]) -> str:
    """Return '; did you mean X?' for the nearest known word, else what there is.

    >>> nearest("flavour", ["flavor", "suite"])
    '; did you mean flavor?'
    >>> nearest("zzz", ["flavor", "suite"])
    '; there are flavor, suite'
    """
    import difflib  # noqa: PLC0415 (only when something is wrong)

    names = list(known)
    if not names:
        return "; there are none"
    near = [name for name in names[:_MOST_WORDS] if len(name) <= _LONGEST_WORD]
    if len(word) <= _LONGEST_WORD and (close := difflib.get_close_matches(word, near, n=1)):
        return f"; did you mean {close[0]}?"
    more = len(names) - _SUGGESTIONS
    listed = ", ".join(shown(name) for name in names[:_SUGGESTIONS])
    return f"; there are {listed}" + (f" and {more:,} more" if more > 0 else "")


def quote_it(node: Scalar) -> str:
    """Return the message for a scalar that should have been a quoted text."""
    if node.kind == "null" and not node.text:
        return "a value is missing here; write it after the colon or dash"
    text = shown(node.text)
    return f'YAML reads {text} as {_KINDS[node.kind]}; write it in quotes: "{text}"'


def _kinds_of(node: Node) -> tuple[str, ...]:
    if isinstance(node, Mapping):
        return ("mapping",)
    if isinstance(node, Sequence):
        return ("list",)
    return (node.kind, "scalar")


def _kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.kind == "null" else f'"{shown(node.text)}"'
