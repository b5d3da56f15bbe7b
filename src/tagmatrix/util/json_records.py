"""Frozen records as JSON: written, read back with checks, and described by a JSON Schema.

A record is a dataclass or a struct.
A field has one of these types: str, int, float, bool, another record, a tuple of one type,
a mapping from texts, or one of these or None. Keys of JSON that a record does not have are
ignored, so that a reader may know only a part of a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, structs

from tagmatrix.errors import InputError

Record = TypeVar("Record")
Reader = Callable[[Any, str], Any]

SCHEMA: Final = 1
_SCALARS: Final = {str: "a text", int: "a number", float: "a number", bool: "true or false"}
_JSON_TYPES: Final = {str: "string", int: "integer", float: "number", bool: "boolean"}


class _MismatchError(Exception):
    """A value that does not have the type of its field."""


def to_json(value: Any) -> Any:  # noqa: ANN401 (any value of a field)
    """Return a dataclass, or a value of its fields, as values of JSON."""
    kind = value.__class__
    if kind in _SCALARS or value is None:
        return value
    if kind is tuple:
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    found = {}
    for name in _names(kind):
        item = getattr(value, name)
        # Most values are texts and the like: this is faster than a call for each.
        found[name] = item if item is None or item.__class__ in _SCALARS else to_json(item)
    return found


def load(kind: type[Record], data: bytes, name: str) -> Record:
    """Read a dataclass from the bytes of a JSON file; `name` is the file's name in messages.

    The file must have `"schema": 1`. Raises InputError.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: this is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InputError(f"{name}: expected an object, not {_what(value)}")
    if value.get("schema") != SCHEMA:
        raise InputError(f"{name}: schema: expected {SCHEMA}, the only one that tagmatrix reads")
    return parse(kind, value, name)


def parse(kind: type[Record], value: object, name: str) -> Record:
    """Read a dataclass from values of JSON. Raises InputError."""
    try:
        record: Record = _reader_of(kind)(value, "")
    except _MismatchError as error:
        raise InputError(f"{name}: {error}") from None
    return record


def schema(kind: Any) -> dict[str, Any]:  # noqa: ANN401 (a type, or a union of types)
    """Return the JSON Schema of a dataclass, or of the type of one of its fields."""
    if kind in _JSON_TYPES:
        return {"type": _JSON_TYPES[kind]}
    if _is_record(kind):
        hints = get_type_hints(kind)
        items = _fields(kind)
        return {
            "type": "object",
            "description": (kind.__doc__ or "").partition("\n")[0],
            "properties": {name: schema(hints[name]) for name in items},
            "required": [name for name, has_default in items.items() if not has_default],
        }
    if optional := _optional(kind):
        return {"anyOf": [schema(optional), {"type": "null"}]}
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        return {"type": "array", "items": schema(inner[0])}
    return {"type": "object", "additionalProperties": schema(inner[1])}


@cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 (a dataclass)
    return tuple(_fields(kind))


def _reader_of(kind: Any) -> Reader:  # noqa: ANN401 (mypy does not know that types are hashable)
    return _reader(kind)


@cache
def _reader(kind: Any) -> Reader:  # noqa: ANN401 (as `schema`)
    """Return a function that reads a value of a type; its second argument is the value's path."""
    if kind in _SCALARS:
        return _scalar(kind)
    if _is_record(kind):
        return _record(kind)
    if optional := _optional(kind):
        read = _reader(optional)
        return lambda value, path: None if value is None else read(value, path)
    inner = get_args(kind)
    return _list(inner[0]) if get_origin(kind) is tuple else _mapping(inner[1])


def _scalar(kind: type) -> Reader:
    allowed = (int, float) if kind is float else (kind,)

    def read(value: Any, path: str) -> Any:  # noqa: ANN401 (any JSON)
        if type(value) not in allowed:
            raise _MismatchError(f"{path}: expected {_SCALARS[kind]}, not {_what(value)}")
        return value

    return read


def _list(kind: Any) -> Reader:  # noqa: ANN401 (as `schema`)
    item = _reader(kind)

    def read(value: Any, path: str) -> Any:  # noqa: ANN401 (any JSON)
        if type(value) is not list:
            raise _MismatchError(f"{path}: expected a list, not {_what(value)}")
        return tuple([item(each, f"{path}[{number}]") for number, each in enumerate(value)])

    return read


def _mapping(kind: Any) -> Reader:  # noqa: ANN401 (as `schema`)
    item = _reader(kind)

    def read(value: Any, path: str) -> Any:  # noqa: ANN401 (any JSON)
        if type(value) is not dict:
            raise _MismatchError(f"{path}: expected an object, not {_what(value)}")
        return {key: item(each, f"{path}.{key}") for key, each in value.items()}

    return read


def _record(kind: Any) -> Reader:  # noqa: ANN401 (a dataclass)
    hints = get_type_hints(kind)
    readers = [(name, _reader(hints[name]), default) for name, default in _fields(kind).items()]

    def read(value: Any, path: str) -> Any:  # noqa: ANN401 (any JSON)
        if type(value) is not dict:
            raise _MismatchError(f"{path or 'the file'}: expected an object, not {_what(value)}")
        dot = f"{path}." if path else ""
        values = {}
        for name, reader, has_default in readers:
            if name in value:
                values[name] = reader(value[name], f"{dot}{name}")
            elif not has_default:
                raise _MismatchError(f"{dot}{name}: this key is missing")
        return kind(**values)

    return read


def _optional(kind: Any) -> Any:  # noqa: ANN401 (as `schema`)
    """Return T of `T | None`; None for any other type."""
    if get_origin(kind) in {Union, UnionType}:
        return next(each for each in get_args(kind) if each is not type(None))
    return None


def _is_record(kind: Any) -> bool:  # noqa: ANN401 (as `schema`)
    return is_dataclass(kind) or isinstance(kind, type(Struct))


def _fields(kind: Any) -> dict[str, bool]:  # noqa: ANN401 (a dataclass or a struct)
    """Return the names of a record's fields, and whether each has a default."""
    if is_dataclass(kind):
        missing = (MISSING, MISSING)
        return {item.name: (item.default, item.default_factory) != missing for item in fields(kind)}
    return {item.name: not item.required for item in structs.fields(kind)}


def _what(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 (a line of a message)
