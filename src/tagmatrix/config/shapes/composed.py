"""Shapes that contain other shapes: lists, mappings, records, alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from tagmatrix.config.shapes.shape import INVALID, Invalid, kind_of
from tagmatrix.config.yaml.nodes import Mapping, Scalar, Sequence
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping as AbstractMapping

    from tagmatrix.config.shapes.scalars import Text
    from tagmatrix.config.shapes.shape import Reading, Shape
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath


class ListOf(Struct, frozen=True):
    """A list of different values of one shape.

    `needed` is set if the list must not be empty: it says what to do about an empty one.
    """

    item: Shape
    what: str
    needed: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> tuple[Any, ...] | Invalid:
        if not isinstance(node, Sequence):
            message = f"expected a list of {self.what}, not {kind_of(node)}"
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
            errors = len(reading.problems)
            value = self.item.read(item, at, reading)
            if value is INVALID:
                reading.skipped.setdefault(path, []).append(number)
                continue
            text = repr(value)  # some values are not hashable
            # A value with errors may lack what makes it differ from another one.
            if text in seen and len(reading.problems) == errors:
                name = item.text if isinstance(item, Scalar) else getattr(value, "name", "")
                what = f'"{shown(name)}"' if name or isinstance(item, Scalar) else "this item"
                message = f"{what} is twice in this list; keep one"
                reading.note(at, message, item.place)
                reading.skipped.setdefault(path, []).append(number)
                continue
            seen.add(text)
            values.append(value)
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.item.schema(), "uniqueItems": True}
        if self.needed:
            schema["minItems"] = 1
        return schema


class MapOf(Struct, frozen=True):
    """A mapping from names of one shape to values of another, in the order of the file.

    `needed` is set if the mapping must not be empty: it says what to do about an empty one.
    """

    key: Text
    value: Shape
    what: str
    needed: str = ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> dict[str, Any] | Invalid:
        if not isinstance(node, Mapping):
            message = f"expected a mapping of {self.what}, not {kind_of(node)}; write `key: value`"
            return reading.report(path, message, node.place)
        if self.needed and not node.items:
            return reading.report(path, f"this mapping is empty; {self.needed}", node.place)
        values: dict[str, Any] = {}
        for name, item in node.items:
            at = (*path, name.text)
            reading.locate(at, name, item)
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
        if self.needed:
            schema["minProperties"] = 1
        return schema


class Field(Struct, frozen=True):
    """A key of a record: its shape, its meaning, and its default."""

    shape: Shape
    description: str
    required: bool = False
    default: Any = None


class Record(Struct, frozen=True):
    """A mapping with known keys, built into a value by `build(**values)`.

    An absent or invalid key gets its default. If a required key without a default
    is absent or invalid, the whole record is invalid. `needed` is set if the record
    must not be empty: it says what to do about an empty one. `more` is the JSON Schema
    of the keys that go together; the loader checks them in `checks`.
    """

    fields: AbstractMapping[str, Field]
    build: Callable[..., Any]
    what: str
    description: str = ""
    needed: str = ""
    more: AbstractMapping[str, Any] = field(default_factory=dict)

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (any YAML value)
        if not isinstance(node, Mapping):
            message = f"expected {self.what} (keys: {', '.join(self.fields)}), not {kind_of(node)}"
            return reading.report(path, message, node.place)
        if self.needed and not node.items:
            return reading.report(path, f"this mapping is empty; {self.needed}", node.place)
        values = {name: entry.default for name, entry in self.fields.items()}
        invalid = False
        given = set()
        for name, item in node.items:
            at = (*path, name.text)
            reading.locate(at, name, item)
            given.add(name.text)
            entry = self.fields.get(name.text)
            if entry is None:
                message = f"unknown key{nearest(name.text, self.fields)}"
                reading.report(at, message, name.place)
                continue
            value = entry.shape.read(item, at, reading)
            if value is not INVALID:
                values[name.text] = value
            elif entry.required and entry.default is None:
                invalid = True
        for key, entry in self.fields.items():
            if entry.required and key not in given:
                description = entry.description[:1].lower() + entry.description[1:]
                reading.note(path, f"`{key}` is missing; add it: {description}", node.place)
                invalid = invalid or entry.default is None
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
        if self.needed:
            schema["minProperties"] = 1
        schema |= self.more
        return schema | ({"description": self.description} if self.description else {})


class Either(Struct, frozen=True):
    """One of several shapes, chosen by the kind of node.

    Kinds are `scalar`, `list` and `mapping`; `null` and `bool` take precedence over `scalar`.
    A null that is written out is not a `scalar`.
    """

    what: str
    shapes: AbstractMapping[str, Shape] = field(default_factory=dict)

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (any YAML value)
        for kind in _kinds_of(node):
            if kind in self.shapes:
                return self.shapes[kind].read(node, path, reading)
        message = f"expected {self.what}, not {kind_of(node)}"
        if "list" in self.shapes and isinstance(node, Scalar) and node.kind != "null":
            message += f'; write ["{shown(node.text)}"]'
        return reading.report(path, message, node.place)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [shape.schema() for shape in self.shapes.values()]}


def _kinds_of(node: Node) -> tuple[str, ...]:
    if isinstance(node, Mapping):
        return ("mapping",)
    if isinstance(node, Sequence):
        return ("list",)
    if node.kind == "null" and node.text:
        return ("null",)
    return (node.kind, "scalar")
