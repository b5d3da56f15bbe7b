"""Splice collections that are laid out by indentation.

Each function takes a text and returns a new one. Comments on lines of their own
stay, except those inside a removed value: between its lines, or below it and
indented deeper. The caller checks that the result has the intended meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.editing.spans import BREAK, line_break, line_end, line_start
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.editing.spans import Span

_DASH: Final = re.compile(r"(?:\s|#[^\n\r\x85\u2028\u2029]*+)*+-")
_COLON: Final = re.compile(r"(?:\s|#[^\n\r\x85\u2028\u2029]*+)*+:")
_BLANKS: Final = " \t\r\n\x85\u2028\u2029"


class LayoutError(InputError):
    """The text has a layout that the editor does not support."""


def replace(text: str, parent: Span, at: int, new: str) -> str:
    """Replace a value that is a block with a value on one line."""
    key, span = parent.items[at]
    first = line_start(text, span.start)
    head = _head(text, parent, at, key)
    if first < head:  # it begins beside its key or dash
        return text[: span.start] + new + text[span.end :]
    end = _end(text, span.items[-1][1], span.column)
    above = text[head:first]
    if end == len(text) and not BREAK.match(text, end - 1):
        above = above.rstrip(_BLANKS)  # the last line had no line break either
    return f"{text[:head]} {new}{above}{text[end:]}"


def insert(text: str, parent: Span, at: int, lines: Sequence[str]) -> str:
    """Insert lines before an item of a mapping or a list, or after the last one."""
    if at == 0:
        begin = _begin(text, parent, 0)
        start = line_start(text, begin)
        if text[start:begin].strip():  # it follows a dash
            joined = line_break(text, start).join([*lines, " " * parent.column])
            return text[:begin] + joined[parent.column :] + text[begin:]
        position = _above_comments(text, start)
    else:
        position = _end(text, parent.items[at - 1][1], parent.column)
    ending = line_break(text, position)
    new = "".join(line + ending for line in lines)
    if _separated(text, parent, at):
        new = new + ending if at == 0 else ending + new
    if position == len(text) and position and not BREAK.match(text, position - 1):
        new = ending + new.removesuffix(ending)
    return text[:position] + new + text[position:]


def remove(text: str, parent: Span, at: int) -> str:
    """Remove an item of a mapping or a list that has others."""
    begin = _begin(text, parent, at)
    start = line_start(text, begin)
    value = parent.items[at][1]
    last = at == len(parent.items) - 1
    prefix = text[start:begin]
    if prefix.strip():
        if prefix.strip(" -") or last:
            raise LayoutError("cannot edit a key after `?`")
        following = _begin(text, parent, at + 1)
        end = following if not text[value.end : following].strip() else value.end
        return text[:begin] + text[end:].lstrip(" \t")
    end = _end(text, value, parent.column)
    before, after = _blanks_before(text, start), _blanks_after(text, end)
    if last:
        if before < start and (after > end or end == len(text)):
            start = before
    elif after > end and (before < start or at == 0):
        end = after
    return text[:start] + text[end:]


def _begin(text: str, parent: Span, at: int) -> int:
    """Return where an item begins: its key, or its dash."""
    key, _ = parent.items[at]
    if key is not None:
        return key.begin
    if at == 0:
        return parent.start
    if found := _DASH.match(text, parent.items[at - 1][1].end):
        return found.end() - 1
    raise LayoutError("cannot find the dash of a list's item")


def _head(text: str, parent: Span, at: int, key: Span | None) -> int:
    """Return where the `:` or the `-` before a value ends."""
    if key is None:
        return _begin(text, parent, at) + 1
    if found := _COLON.match(text, key.end):
        return found.end()
    raise LayoutError("cannot edit a key without `:`")


def _end(text: str, value: Span, column: int) -> int:
    """Return where the next line begins after a value and the deeper comments below it."""
    end = value.end
    if not (end and BREAK.match(text, end - 1)):  # a `|` text ends after its break
        end = line_end(text, end)
    found = position = end
    while position < len(text):
        following = line_end(text, position)
        line = text[position:following]
        inside = line.strip(_BLANKS)
        if inside:
            if not inside.startswith("#") or len(line) - len(line.lstrip(" ")) <= column:
                break
            found = following
        position = following
    return found


def _above_comments(text: str, start: int) -> int:
    """Return where the comment directly above a line begins."""
    while start:
        above = line_start(text, _before_break(text, start))
        if not text[above:start].lstrip(" \t").startswith("#"):
            break
        start = above
    return start


def _blanks_before(text: str, start: int) -> int:
    """Return where the blank lines above a line begin."""
    kept = len(text[:start].rstrip(_BLANKS))
    return line_end(text, kept) if kept else 0


def _blanks_after(text: str, end: int) -> int:
    """Return where the blank lines that begin here end."""
    content = len(text) - len(text[end:].lstrip(_BLANKS))
    return line_start(text, content) if content < len(text) else content


def _before_break(text: str, start: int) -> int:
    """Return the offset of the line break before a line."""
    return start - 2 if text[start - 2 : start] == "\r\n" else start - 1


def _separated(text: str, parent: Span, at: int) -> bool:
    """Return whether blank lines separate the items around a new one."""
    last = len(parent.items) - 1
    if not last:
        return False
    lower = min(max(at, 1), last)
    upper_end = _end(text, parent.items[lower - 1][1], parent.column)
    return _blanks_after(text, upper_end) > upper_end
