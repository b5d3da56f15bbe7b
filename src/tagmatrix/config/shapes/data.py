"""The shape of any YAML value: texts, flags, whole numbers, null, lists and mappings of them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tagmatrix.config.shapes.scalars import FLAG, Text
from tagmatrix.config.shapes.shape import INVALID, Invalid, quote_it
from tagmatrix.config.yaml.nodes import Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.config.shapes.shape import Reading
    from tagmatrix.config.yaml.nodes import Mapping, Node
    from tagmatrix.problems import ValuePath

MAX_LEVELS: Final = 10
MAX_VALUES: Final = 10_000
_DIGITS: Final = 18
NUMBER: Final = re.compile(rf"-?(?:0|[1-9][0-9]{{0,{_DIGITS - 1}}})", re.ASCII)
"""A number that YAML and people read alike: no other base, no leading zero, no fraction."""
_KEY: Final = Text("a key of 200 characters at most", longest=200)


class Data(Struct, frozen=True):
    """Any YAML value, frozen; `text` is the shape of its texts, `what` names it in messages.

    A fraction or a date has to be quoted, because YAML would read 3.10 as 3.1.
    """

    what: str
    text: Text

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (any value)
        """Return the value: lists as tuples, mappings as read-only mappings."""
        return _ValueReader(self, reading).value(node, path, 1)

    def schema(self) -> dict[str, Any]:
        return {"$ref": "#/$defs/data"}

    def definition(self) -> dict[str, Any]:
        """Return the rule that `#/$defs/data` names."""
        again = self.schema()
        return {
            "anyOf": [
                {"type": ["boolean", "null"]},
                {"type": "integer", "minimum": 1 - 10**_DIGITS, "maximum": 10**_DIGITS - 1},
                self.text.schema(),
                {"type": "array", "items": again},
                {"type": "object", "propertyNames": _KEY.schema(), "additionalProperties": again},
            ]
        }


def thawed(
    value: Any,  # noqa: ANN401 (any value)
    mapping: Callable[[dict[str, Any]], Any] = dict,
    sequence: Callable[[Iterable[Any]], Any] = list,
) -> Any:  # noqa: ANN401 (any value)
    """Return a frozen value with other lists and mappings: by default those of JSON.

    >>> thawed((1, MappingProxyType({"a": ("b",)})))
    [1, {'a': ['b']}]
    """
    if isinstance(value, tuple):
        return sequence([thawed(item, mapping, sequence) for item in value])
    if isinstance(value, MappingProxyType):
        return mapping({key: thawed(item, mapping, sequence) for key, item in value.items()})
    return value


class _ValueReader:
    """Reads one value and counts its parts."""

    def __init__(self, shape: Data, reading: Reading) -> None:
        self._shape = shape
        self._reading = reading
        self._count = 0

    def value(self, node: Node, path: ValuePath, level: int) -> Any:  # noqa: ANN401 (any value)
        self._count += 1
        if self._count > MAX_VALUES:
            message = f"this has more than {MAX_VALUES:,} values; shorten it"
            return self._reading.report(path, message, node.place)
        if isinstance(node, Scalar):
            return self._scalar(node, path)
        if level > MAX_LEVELS:
            message = f"this is more than {MAX_LEVELS} levels deep; make it flatter"
            return self._reading.report(path, message, node.place)
        read = self._list if isinstance(node, Sequence) else self._mapping
        return read(node, path, level)  # type: ignore[arg-type]  # its kind is known here

    def _scalar(self, node: Scalar, path: ValuePath) -> Any:  # noqa: ANN401 (any value)
        if node.kind == "bool":
            return FLAG.read(node, path, self._reading)
        if node.kind == "null" and node.text:
            return None
        if node.kind == "int" and NUMBER.fullmatch(node.text):
            return int(node.text)
        if node.kind != "str":
            return self._reading.report(path, quote_it(node), node.place)
        return self._shape.text.read(node, path, self._reading)

    def _list(self, node: Sequence, path: ValuePath, level: int) -> Any:  # noqa: ANN401 (any value)
        values: list[Any] = []
        for number, item in enumerate(node.items):
            at = (*path, number)
            self._reading.places[at] = item.place
            values.append(self.value(item, at, level + 1))
            if self._count > MAX_VALUES:
                return INVALID
        return INVALID if any(value is INVALID for value in values) else tuple(values)

    def _mapping(self, node: Mapping, path: ValuePath, level: int) -> Any:  # noqa: ANN401 (any value)
        values: dict[str, Any] = {}
        for name, item in node.items:
            at = (*path, name.text)
            self._reading.locate(at, name, item)
            key = _KEY.read(name, at, self._reading)
            value = self.value(item, at, level + 1)
            values[name.text] = INVALID if isinstance(key, Invalid) else value
            if self._count > MAX_VALUES:
                return INVALID
        if any(value is INVALID for value in values.values()):
            return INVALID
        return MappingProxyType(values)
