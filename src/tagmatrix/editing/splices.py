"""Replace or insert a value at a path, in the layout of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tagmatrix.editing import blocks, brackets
from tagmatrix.editing.spans import SpanKind
from tagmatrix.editing.yaml_text import STEP, below, block, flow, key_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.editing.spans import Span
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.problems import ValuePath


def value_at(root: Span, path: ValuePath) -> Span:
    """Return the span of the value at a path. Raises KeyError."""
    found = root.find(path)
    if found is None:
        raise KeyError(path)
    return found


def item_at(root: Span, path: ValuePath) -> tuple[Span, int]:
    """Return the collection around the value at a path, and the value's number in it."""
    parent = value_at(root, path[:-1])
    number = parent.index(path[-1])
    if number is None:
        raise KeyError(path)
    return parent, number


def replace(text: str, root: Span, path: ValuePath, value: Value) -> str:
    """Write another value at a path, with the quotes of the old one."""
    span = value_at(root, path)
    new = flow(value, [span])
    if not span.block:
        return brackets.replace(text, span, new)
    return blocks.replace(text, *item_at(root, path), new)


def insert(text: str, root: Span, path: ValuePath, at: int, value: Value) -> str:
    """Write a new entry or item in the layout of its neighbours."""
    parent, part = value_at(root, path[:-1]), path[-1]
    models = _models(root, path, at, value)
    if isinstance(part, int):
        if parent.flow:
            return brackets.insert(text, parent, at, flow(value, models))
        lines = _item(parent, value, models, _step(models, root))
        return blocks.insert(text, parent, at, lines)
    key = key_text(part, [parent, *_cousins(root, path[:-1])])
    if parent.flow:
        return brackets.insert(text, parent, at, f"{key}: {flow(value, models)}")
    lines = block(key, value, parent.column, models, _step(models, root))
    return blocks.insert(text, parent, at, lines)


def _item(parent: Span, value: Value, models: list[Span], step: int) -> list[str]:
    """Return the lines of a new item of a list."""
    head = " " * parent.column + "- "
    if not (isinstance(value, Mapping) and value and models and models[0].block):
        return [head + flow(value, models)]
    column = models[0].column
    lines = [
        line
        for key, inner in value.items()
        for line in block(key_text(key, models), inner, column, below(models, key), step)
    ]
    return [head.ljust(column) + lines[0].lstrip(" "), *lines[1:]]


def _models(root: Span, path: ValuePath, at: int, value: Value) -> list[Span]:
    """Return models for a new value's layout: neighbours of its kind, then the same key elsewhere.

    Another mapping may have the same key for something else: `held_back` quotes its reasons.
    """
    cousins = [found for span in _cousins(root, path[:-1]) for found in below([span], path[-1])]
    beside = [span for _, span in value_at(root, path[:-1]).items]
    nearest = [*beside[at:], *reversed(beside[:at])]
    alike = {_kind(value)} == {span.kind for span in nearest}
    return [*(nearest if alike else ()), *cousins]


def _cousins(root: Span, path: ValuePath) -> Iterable[Span]:
    """Return the values beside a value, without the value itself."""
    if not path:
        return []
    parent, own = item_at(root, path)
    return [span for number, (_, span) in enumerate(parent.items) if number != own]


def _kind(value: Value) -> SpanKind:
    if isinstance(value, Mapping):
        return SpanKind.MAPPING
    return SpanKind.SEQUENCE if isinstance(value, (list, tuple)) else SpanKind.SCALAR


def _step(models: list[Span], root: Span) -> int:
    """Return the number of columns by which blocks are indented here."""
    for model in (*models, root):
        for span in model.walk():
            for key, value in span.items:
                if key and span.block and value.block and value.column > key.column:
                    return value.column - key.column
    return STEP
