"""What every shape does: it reads a node and notes what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from tagmatrix.config.yaml.nodes import Mapping, Scalar, Sequence
from tagmatrix.problems import MAX_PROBLEMS, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import Place, ValuePath

_KINDS: Final = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing at all",
    "timestamp": "a date",
}


class Invalid:
    """What a shape returns for a value that it has reported."""


INVALID: Final = Invalid()


class TooManyProblemsError(Exception):
    """Reading has been given up; `Reading.problems` holds what was found."""


class Reading:
    """What is learned while a file is read: its problems, and where each value stands."""

    def __init__(self, refused: Iterable[ValuePath] = ()) -> None:
        """Take the paths of values with problems of their own: no more are reported for them."""
        self.problems: list[Problem] = []
        self.places: dict[ValuePath, Place] = {}
        self.keys: dict[ValuePath, Place] = {}
        self.gaps: set[ValuePath] = set(refused)  # the values that could not be read
        self.skipped: dict[ValuePath, list[int]] = {}
        self._refused = frozenset(self.gaps)

    def report(self, path: ValuePath, message: str, place: Place) -> Invalid:
        """Note a problem that leaves a gap: nobody knows what is meant there."""
        self.gaps.add(path)
        self.note(path, message, place)
        return INVALID

    def note(self, path: ValuePath, message: str, place: Place) -> None:
        """Note a problem that leaves the meaning clear.

        Raises TooManyProblemsError when there are MAX_PROBLEMS.
        """
        if any(path[:length] in self._refused for length in range(len(path) + 1)):
            return
        self.problems.append(Problem(path, message, place))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblemsError

    def stand(self, path: ValuePath, key: Scalar, value: Node) -> None:
        """Note where a key and its value stand; a list or a mapping is where its key is."""
        self.keys[path] = key.place
        self.places[path] = value.place if isinstance(value, Scalar) else key.place

    def in_file(self, path: ValuePath) -> ValuePath:
        """Return a path with the numbers of the file: items that were refused count there."""
        found: list[str | int] = []
        for step in path:
            number = step
            if isinstance(number, int):
                for skipped in self.skipped.get(tuple(found), ()):
                    number += skipped <= number
            found.append(number)
        return tuple(found)


class Shape(Protocol):
    """What may stand at a place."""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401
        """Return the value, or INVALID after having reported why."""

    def schema(self) -> dict[str, Any]:
        """Return the same rule as JSON Schema."""


def quote_it(node: Scalar, *, also: str = "") -> str:
    """Return the message for a scalar that should have been a quoted text.

    `also` says what is expected where quotes alone would not do.
    """
    if node.kind == "null" and not node.text:
        return "a value is missing here; write it after the colon or dash"
    text = shown(node.text)
    return f"YAML reads {text} as {_KINDS[node.kind]}" + (also or f'; write it in quotes: "{text}"')


def kind_of(node: Node) -> str:
    """Say what stands there instead of what is expected."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.kind == "null" else f'"{shown(node.text)}"'
