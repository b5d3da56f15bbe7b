"""Write values as YAML text in the layout of their neighbours."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import yaml

from tagmatrix.config.yaml.scalar_types import type_of
from tagmatrix.editing.spans import SpanKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.editing.spans import Span

Value: TypeAlias = "str | bool | dt.date | Sequence[Value] | Mapping[str, Value] | None"

STEP: Final = 2
"""The number of columns by which a block is indented if it has no model."""

_WIDTH: Final = 100  # a mapping of scalars that is not wider is written on one line
_PLAIN: Final = re.compile(r"\w[\w./()+@-]*(?: [\w./()+@][\w./()+@-]*)*")
_NUMBERED: Final = re.compile(r"\d.{0,30}")


def scalar(value: str | bool | dt.date | None, style: str = "") -> str:  # noqa: FBT001 (a value)
    """Return a scalar in a style: `'`, `"`, or plain if YAML reads that as the same text.

    >>> scalar("3.14.6"), scalar("3.10"), scalar("it's", "'"), scalar(True)
    ('3.14.6', '"3.10"', "'it''s'", 'true')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if not value.isprintable():
        style = '"'
    elif style == "'":
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or not _is_plain(value):
        return _quoted(value)
    return value


def flow(value: Value, models: Iterable[Span] = ()) -> str:
    """Return a value on one line, with the quotes of its models."""
    models = [model for model in models if model.kind is not SpanKind.ALIAS]
    if isinstance(value, Mapping):
        entries = [
            f"{key_text(key, models)}: {flow(inner, below(models, key))}"
            for key, inner in value.items()
        ]
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        inside = [item for model in models for _, item in model.items]
        return "[" + ", ".join(flow(inner, inside) for inner in value) + "]"
    scalars = [model for model in models if model.kind is SpanKind.SCALAR]
    return scalar(value, scalars[0].style if scalars else _usual_style(value))


def block(name: str, value: Value, column: int, models: Sequence[Span], step: int) -> list[str]:
    """Return the lines of an entry of a block mapping, with their indentation.

    `name` is the key with its quotes. `models` are the values of the same key in
    other places: the new value gets their layout and quotes.
    """
    head = " " * column + name
    if not isinstance(value, Mapping) or not value or not _in_block(value, column, models):
        return [f"{head}: {flow(value, models)}"]
    lines = [f"{head}:"]
    for key, inner in value.items():
        lines += block(key_text(key, models), inner, column + step, below(models, key), step)
    return lines


def _in_block(value: Mapping[str, Value], column: int, models: Sequence[Span]) -> bool:
    """Return whether to write a mapping as a block: if its models are blocks, or it is long."""
    collections = [model for model in models if model.kind is SpanKind.MAPPING and model.items]
    if collections:
        return collections[0].block
    nested = any(isinstance(inner, Mapping) for inner in value.values())
    return nested or column + len(flow(value, models)) > _WIDTH


def key_text(key: str, models: Iterable[Span]) -> str:
    """Return a key with the quotes of the same key in the models, or of their first key."""
    keys = [name for model in models for name, _ in model.items if name is not None]
    same = [name for name in keys if name.text == key]
    style = (same or keys)[0].style if keys else _usual_style(key)
    return scalar(key, style if style in {"'", '"'} else "")


def below(models: Iterable[Span], key: str | int) -> list[Span]:
    """Return the values of a key in the models."""
    found = (model.find((key,)) for model in models)
    return [span for span in found if span is not None]


def _usual_style(value: Value) -> str:
    """Return quotes for a text that begins like a number, as versions do: 3.10 needs them."""
    return '"' if isinstance(value, str) and _NUMBERED.fullmatch(value) else ""


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and type_of(text) == "str"


def _quoted(text: str) -> str:
    """Return a text in double quotes, on one line."""
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=math.inf)
    return written.rstrip("\n")
