"""Splice scalars, and collections in brackets on one line or on several.

Each function takes a text and returns a new one. Comments stay. The caller
checks that the result has the intended meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.editing.spans import BREAK, line_break, line_end, line_start

if TYPE_CHECKING:
    from tagmatrix.editing.spans import Span

_COMMA: Final = re.compile(r"(?:\s|#[^\n\r\x85\u2028\u2029]*+)*+,")
_REST: Final = re.compile(r"[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?(?=[\n\r\x85\u2028\u2029]|\Z)")


def replace(text: str, span: Span, new: str) -> str:
    """Replace a scalar or a collection in brackets; its tag stays."""
    begin, end = span.start, span.end
    if span.style in {"|", ">"}:  # its span ends after its line breaks
        end = begin + len(text[begin:end].rstrip())
    if begin == end and text[begin - 1 : begin] not in {" ", "\t"}:  # nothing after `key:`
        new = f" {new}"
    return text[:begin] + new + text[end:]


def insert(text: str, parent: Span, at: int, entry: str) -> str:
    """Insert an item before another one, or after the last one."""
    if not parent.items:
        inner = text[parent.start + 1 : parent.end - 1]
        pad = "" if inner.strip(" ") else inner[:1]
        rest = text[parent.end - 1 :] if not inner.strip(" ") else text[parent.start + 1 :]
        return text[: parent.start + 1] + pad + entry + pad + rest
    if at < len(parent.items):
        begin = _begin(parent, at)
        start = line_start(text, begin)
        gap = " " if text[start:begin].strip() else line_break(text, start) + text[start:begin]
        return f"{text[:begin]}{entry},{gap}{text[begin:]}"
    end = parent.items[-1][1].end
    comma = _COMMA.match(text, end)
    start = line_start(text, _begin(parent, at - 1))
    indentation = text[start : _begin(parent, at - 1)]
    if indentation.strip() or not _REST.match(text, comma.end() if comma else end):
        if comma:
            return f"{text[: comma.end()]} {entry}{text[comma.end() :]}"
        return f"{text[:end]}, {entry}{text[end:]}"
    if comma:
        entry, end = f"{entry},", comma.end()
    following = line_end(text, end)
    line = f"{indentation}{entry}{line_break(text, end)}"
    return text[:end] + ("" if comma else ",") + text[end:following] + line + text[following:]


def remove(text: str, parent: Span, at: int) -> str:
    """Remove an item with its comma."""
    begin, end = _begin(parent, at), parent.items[at][1].end
    comma = _COMMA.match(text, end)
    after = comma.end() if comma else end
    start = line_start(text, begin)
    own_lines = not text[start:begin].strip() and not BREAK.search(text, end, after)
    if own_lines and _REST.match(text, after) and line_end(text, after) < parent.end:
        return text[:start] + text[line_end(text, after) :]
    if at + 1 < len(parent.items):
        following = _begin(parent, at + 1)
        kept = text[end : after - 1]  # a comment before the comma
        rest = text[after:following]
        return text[:begin] + kept.lstrip(" ") + rest.lstrip(" ") + text[following:]
    if at:
        previous = parent.items[at - 1][1].end
        if "#" not in text[previous:begin]:  # only a comma, and perhaps a line break
            return text[:previous] + text[end:]
    kept = text[end : after - 1] if comma else ""
    return text[:begin].rstrip(" ") + kept + text[after:]


def _begin(parent: Span, at: int) -> int:
    key, value = parent.items[at]
    return value.begin if key is None else key.begin
