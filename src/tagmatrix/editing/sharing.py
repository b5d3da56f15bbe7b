"""Anchors and aliases: what is edited must be nobody else's.

A value that an alias repeats is written out where it is edited, and an anchor
moves on to the first alias that keeps the old value. Neither changes what the
file means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.editing.spans import Kind, properties_end, read
from tagmatrix.editing.yaml_text import scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.editing.spans import Span
    from tagmatrix.problems import ValuePath


def own_parents(text: str, path: ValuePath) -> str:
    """Return the text with nothing shared around a path, so that what is below it can change."""
    for length in range(1, len(path)):
        span = read(text).find(path[:length])
        if span is not None and span.target is not None:
            text = text[: span.begin] + copy(span) + text[span.end :]
    for length in range(len(path)):
        text = _pass_on(text, path[:length], _value)
    return text


def own_value(text: str, path: ValuePath) -> str:
    """Return the text with no alias of the value at a path, or of what is in it."""
    return _pass_on(_pass_on(text, path, _value), path, _all_of_value, strip=False)


def own_key(text: str, path: ValuePath) -> str:
    """Return the text with no alias of the key at a path."""
    return _pass_on(text, path, _key)


def own_item(text: str, path: ValuePath) -> str:
    """Return the text with no alias elsewhere of what goes with a key or an item."""
    return _pass_on(text, path, _all, strip=False)


def copy(span: Span) -> str:
    """Return a value on one line, its scalars as they are written."""
    while span.target is not None:
        span = span.target
    if span.kind is Kind.MAPPING:
        entries = [f"{copy(key)}: {copy(value)}" for key, value in span.items if key is not None]
        return "{" + ", ".join(entries) + "}"
    if span.kind is Kind.SEQUENCE:
        return "[" + ", ".join(copy(value) for _, value in span.items) + "]"
    if not span.source:
        return "null"
    several = len(span.source.splitlines()) > 1 or span.style in {"|", ">"}
    if several or (not span.style and set(span.source) & set(",[]{}?")):
        return scalar(span.text, '"')
    return span.source


def _pass_on(
    text: str,
    path: ValuePath,
    parts_of: Callable[[Span, ValuePath], list[Span]],
    *,
    strip: bool = True,
) -> str:
    """Move the anchors of some parts to the first alias elsewhere.

    `strip`: take them away here; what goes anyway may keep them for its own aliases.
    """
    while True:
        root = read(text)
        parts = parts_of(root, path)
        found = ((span, _first_user(root, span, apart_from=parts)) for span in parts)
        span, user = next(((span, user) for span, user in found if user), (None, None))
        if span is None or user is None:
            return text
        text = f"{text[: user.begin]}&{span.anchor} {copy(span)}{text[user.end :]}"
        if strip:
            text = _without_anchor(text, span)


def _value(root: Span, path: ValuePath) -> list[Span]:
    value = root.find(path)
    return [value] if value else []


def _all_of_value(root: Span, path: ValuePath) -> list[Span]:
    value = root.find(path)
    return [*value.walk()] if value else []


def _key(root: Span, path: ValuePath) -> list[Span]:
    parent = root.find(path[:-1])
    index = parent.index(path[-1]) if parent else None
    key = parent.items[index][0] if parent and index is not None else None
    return [key] if key else []


def _all(root: Span, path: ValuePath) -> list[Span]:
    return [*_key(root, path), *_all_of_value(root, path)]


def _first_user(root: Span, anchored: Span, *, apart_from: list[Span]) -> Span | None:
    if not anchored.anchor:
        return None
    going = {id(span) for span in apart_from}
    for span in root.walk():
        if span.target is anchored and id(span) not in going:
            return span
    return None


def _without_anchor(text: str, span: Span) -> str:
    """Return the text with a value's anchor taken away; it stands before the alias's place."""
    end = properties_end(text, span) or span.begin
    kept = " ".join(word for word in text[span.begin : end].split() if word != f"&{span.anchor}")
    if kept:
        return text[: span.begin] + kept + text[end:]
    if text[end : end + 1] in {" ", "\t"}:
        return text[: span.begin] + text[end:].lstrip(" \t")
    return text[: span.begin].rstrip(" ") + text[end:]  # the line ends after the anchor
