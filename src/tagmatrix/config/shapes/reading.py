"""What every shape does: it reads a node and notes what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from tagmatrix.config.nodes import Mapping, Sequence
from tagmatrix.problems import MAX_PROBLEMS, Problem, shown

if TYPE_CHECKING:
    from tagmatrix.config.nodes import Node, Scalar
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


def quote_it(node: Scalar) -> str:
    """Return the message for a scalar that should have been a quoted text."""
    if node.kind == "null" and not node.text:
        return "a value is missing here; write it after the colon or dash"
    text = shown(node.text)
    return f'YAML reads {text} as {_KINDS[node.kind]}; write it in quotes: "{text}"'


def kind_of(node: Node) -> str:
    """Say what stands there instead of what is expected."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.kind == "null" else f'"{shown(node.text)}"'
