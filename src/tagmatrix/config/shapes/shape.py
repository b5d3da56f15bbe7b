"""The protocol of shapes, and the problems and places that they note while they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from tagmatrix.config.yaml.nodes import Mapping, Scalar, Sequence
from tagmatrix.problems import MAX_PROBLEMS, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import Place, ValuePath
    from tagmatrix.versions import Style

_KINDS: Final = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "an empty value",
    "timestamp": "a date",
}


class Invalid:
    """The type of INVALID, which a shape returns after it has reported a value."""


INVALID: Final = Invalid()


class TooManyProblemsError(Exception):
    """Reading stopped at MAX_PROBLEMS; `Reading.problems` has those found so far."""


class Reading:
    """What the shapes note while they read a file: its problems, and the place of each value."""

    def __init__(self, refused: Iterable[ValuePath] = (), style: Style = "pep440") -> None:
        """Take the paths of values that have problems already: no more are reported for them.

        `style` is the style of the file's versions.
        """
        self.style: Style = style
        self.problems: list[Problem] = []
        self.places: dict[ValuePath, Place] = {}
        self.keys: dict[ValuePath, Place] = {}
        self.skipped: dict[ValuePath, list[int]] = {}
        self._refused = frozenset(refused)

    def report(self, path: ValuePath, message: str, place: Place) -> Invalid:
        """Note a problem of a value that can't be used."""
        self.note(path, message, place)
        return INVALID

    def note(self, path: ValuePath, message: str, place: Place) -> None:
        """Note a problem of a value whose meaning is clear.

        Raises TooManyProblemsError when there are MAX_PROBLEMS.
        """
        if self._is_refused(path):
            return
        self.problems.append(Problem(path, message, place))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblemsError

    def is_reported(self, path: ValuePath) -> bool:
        """Return whether a value or a part of it has a problem already."""
        paths = (*self._refused, *(problem.path for problem in self.problems))
        return self._is_refused(path) or any(other[: len(path)] == path for other in paths)

    def _is_refused(self, path: ValuePath) -> bool:
        return any(path[:length] in self._refused for length in range(len(path) + 1))

    def locate(self, path: ValuePath, key: Scalar, value: Node) -> None:
        """Note the places of a key and its value; a list or a mapping has the place of its key."""
        self.keys[path] = key.place
        self.places[path] = value.place if isinstance(value, Scalar) else key.place

    def in_file(self, path: ValuePath) -> ValuePath:
        """Return a path with item numbers as in the file, where refused items count too."""
        found: list[str | int] = []
        for step in path:
            number = step
            if isinstance(number, int):
                for skipped in self.skipped.get(tuple(found), ()):
                    number += skipped <= number
            found.append(number)
        return tuple(found)


class Shape(Protocol):
    """A kind of value."""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (any YAML value)
        """Return the value of a node, or report what is wrong and return INVALID."""

    def schema(self) -> dict[str, Any]:
        """Return the same rule as JSON Schema."""


def quote_it(node: Scalar, *, also: str = "") -> str:
    """Return the message for a scalar that has to be quoted to be a text.

    `also` says what is expected if quotes are not enough.
    """
    if node.kind == "null" and not node.text:
        return "a value is missing here; write it after the colon or dash"
    text = shown(node.text)
    if node.kind == "null" and not also:
        return (
            f"YAML reads {text} as an empty value; remove it, or write a value (the text "
            f'{text} needs quotes: "{text}")'
        )
    return f"YAML reads {text} as {_KINDS[node.kind]}" + (also or f'; write it in quotes: "{text}"')


def kind_of(node: Node) -> str:
    """Return what a node is, for messages that say what was expected."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.kind == "null" else f'"{shown(node.text)}"'
