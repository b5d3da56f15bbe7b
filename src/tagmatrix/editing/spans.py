"""The text of a YAML document as a tree of spans: where each key and value begins and ends.

`config.yaml.tree` has the meaning of a file; this has the places in its text. It is
built from the same events, and only for files that `tree.read` has accepted, because
those are limited in size and depth.
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.problems import ValuePath

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""A line break of YAML 1.1 (https://yaml.org/spec/1.1/)."""

_BETWEEN: Final = re.compile(r"(?:\s|#[^\n\r\x85\u2028\u2029]*)*")
_PROPERTY: Final = re.compile(r"[&!]\S*")


class SpanKind(enum.Enum):
    """What a span holds."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    SEQUENCE = "sequence"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """A value in the text.

    Attributes:
        kind: the kind of value.
        begin: where it begins with its anchor and tag, if it has any.
        start: where it begins without them.
        end: where it ends; a block ends with its last value.
        column: the column of `start`, from 0.
        flow: whether it is a collection in brackets.
        style: a scalar's quote, `|` or `>`; empty if plain.
        text: a scalar's text.
        source: the text of a scalar or an alias, with its quotes.
        anchor: its anchor, if it has one.
        items: keys (None in a list) and values.
    """

    kind: SpanKind
    begin: int
    start: int
    end: int
    column: int
    flow: bool = False
    style: str = ""
    text: str = ""
    source: str = ""
    anchor: str | None = None
    items: tuple[tuple[Span | None, Span], ...] = ()

    @property
    def block(self) -> bool:
        """Whether it is a collection laid out by indentation."""
        return self.kind in {SpanKind.MAPPING, SpanKind.SEQUENCE} and not self.flow

    def index(self, part: str | int) -> int | None:
        """Return the number of the item that a part of a path names."""
        if isinstance(part, int):
            there = self.kind is SpanKind.SEQUENCE and part < len(self.items)
            return part if there else None
        if self.kind is not SpanKind.MAPPING:
            return None
        for number, (key, _) in enumerate(self.items):
            if key is not None and key.kind is SpanKind.SCALAR and key.text == part:
                return number
        return None

    def find(self, path: ValuePath) -> Span | None:
        """Return the value at a path; None if there is none, or if an alias is on the way."""
        found: Span = self
        for part in path:
            index = found.index(part)
            if index is None:
                return None
            found = found.items[index][1]
        return found

    def walk(self) -> Iterator[Span]:
        """Yield this span and all spans inside it, in the order of the text."""
        yield self
        for key, value in self.items:
            if key is not None:
                yield key
            yield from value.walk()


@dataclass(slots=True)
class _OpenSpan:
    """A collection whose end event has not been read yet."""

    event: Any
    start: int
    parts: list[Span]

    def close(self, end: int, column: int) -> Span:
        mapping = isinstance(self.event, yaml.MappingStartEvent)
        items: list[tuple[Span | None, Span]] = [(None, part) for part in self.parts]
        if mapping:
            items = [*zip(self.parts[::2], self.parts[1::2], strict=True)]
        flow = bool(self.event.flow_style)
        return Span(
            kind=SpanKind.MAPPING if mapping else SpanKind.SEQUENCE,
            begin=_offset(self.event.start_mark),
            start=self.start,
            end=end if flow or not self.parts else self.parts[-1].end,
            column=column,
            flow=flow,
            anchor=self.event.anchor,
            items=tuple(items),
        )


@functools.lru_cache(maxsize=4)
def read(text: str) -> Span:
    """Return the spans of a document that `tree.read` has accepted.

    Cached, because one edit needs the tree of one text several times.
    """
    stack: list[_OpenSpan] = []
    done: Span | None = None
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            stack.append(_OpenSpan(event, _content(text, _offset(event.start_mark)), []))
            continue
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            opened = stack.pop()
            done = opened.close(_offset(event.end_mark), _column(text, opened.start))
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            done = _leaf(text, event)
        else:
            continue
        if stack:
            stack[-1].parts.append(done)
    if done is None:
        raise ValueError(text)
    return done


def _offset(mark: Any) -> int:  # noqa: ANN401 (PyYAML has no types for marks)
    offset: int = mark.index
    return offset


def _leaf(text: str, event: Any) -> Span:  # noqa: ANN401 (PyYAML has no types for events)
    begin, end = _offset(event.start_mark), _offset(event.end_mark)
    start = min(_content(text, begin), end) if end > begin else begin
    column = _column(text, start)
    if isinstance(event, yaml.AliasEvent):
        return Span(
            kind=SpanKind.ALIAS,
            begin=begin,
            start=begin,
            end=end,
            column=column,
            source=text[begin:end],
        )
    return Span(
        kind=SpanKind.SCALAR,
        begin=begin,
        start=start,
        end=end,
        column=column,
        style=event.style or "",
        text=event.value,
        source=text[start:end],
        anchor=event.anchor,
    )


def _content(text: str, begin: int) -> int:
    """Return where a value begins after its anchor and tag."""
    while found := _PROPERTY.match(text, begin):
        between = _BETWEEN.match(text, found.end())
        begin = between.end() if between else found.end()
    return begin


def properties_end(text: str, span: Span) -> int | None:
    """Return where a value's anchor and tag end; None if it has none."""
    begin, end = span.begin, None
    while begin < span.start and (found := _PROPERTY.match(text, begin)):
        end = found.end()
        between = _BETWEEN.match(text, end)
        begin = between.end() if between else end
    return end


def _column(text: str, offset: int) -> int:
    """Return the column of an offset in its line, from 0."""
    return offset - line_start(text, offset)


def line_start(text: str, offset: int) -> int:
    r"""Return where the line of an offset begins.

    >>> line_start("a: 1\nb: 2", 7)
    5
    """
    found = max(text.rfind(sign, 0, offset) for sign in "\n\r\x85\u2028\u2029")
    return found + 1


def line_end(text: str, offset: int) -> int:
    r"""Return where the next line begins, or the text ends.

    >>> line_end("a: 1\nb: 2", 2), line_end("a: 1", 2)
    (5, 4)
    """
    found = BREAK.search(text, offset)
    return found.end() if found else len(text)
