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

from tagmatrix.editing.items import WithItems

if TYPE_CHECKING:
    from collections.abc import Iterator

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""A line break of YAML 1.1 (https://yaml.org/spec/1.1/)."""

_BETWEEN: Final = re.compile(r"(?:\s|#[^\n\r\x85\u2028\u2029]*)*")
_PROPERTY: Final = re.compile(r"[&!]\S*")


class SpanKind(enum.Enum):
    """The kind of value that a span holds."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    SEQUENCE = "sequence"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span(WithItems):
    """A value in the text.

    Attributes:
        kind: the kind of value.
        begin: where it begins with its anchor and tag, if it has any.
        start: where it begins without them.
        end: where it ends; a block ends with its last value.
        column: the column of `start`, from 0.
        flow: whether it is a collection in brackets.
        style: a scalar's quote, `|` or `>`; empty if plain.
        text: a scalar's text; `*` and the name of an alias.
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
    anchor: str | None = None
    items: tuple[tuple[Span | None, Span], ...] = ()

    @property
    def block(self) -> bool:
        """Whether it is a collection laid out by indentation."""
        return self.kind in {SpanKind.MAPPING, SpanKind.SEQUENCE} and not self.flow

    def walk(self) -> Iterator[Span]:
        """Yield this span and all spans inside it, in the order of the text."""
        yield self
        for key, value in self.items:
            if key is not None:
                yield key
            yield from value.walk()


@functools.lru_cache(maxsize=4)
def read(text: str) -> Span:
    """Return the spans of a document that `tree.read` has accepted.

    Cached, because one edit needs the tree of one text several times.
    """
    events = yaml.parse(text, Loader=_Loader)
    while isinstance(event := next(events), (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
        pass
    return _span(text, event, events)


def _span(text: str, event: Any, events: Iterator[Any]) -> Span:  # noqa: ANN401 (no types in PyYAML)
    """Return the span that begins with an event; this takes the events of its items."""
    if isinstance(event, yaml.CollectionStartEvent):
        return _collection(text, event, events)
    begin, end = event.start_mark.index, event.end_mark.index
    start = min(_content(text, begin), end) if end > begin else begin
    alias = isinstance(event, yaml.AliasEvent)
    return Span(
        kind=SpanKind.ALIAS if alias else SpanKind.SCALAR,
        begin=begin,
        start=start,
        end=end,
        column=start - line_start(text, start),
        style="" if alias else event.style or "",
        text=text[begin:end] if alias else event.value,
        anchor=None if alias else event.anchor,
    )


def _collection(text: str, event: Any, events: Iterator[Any]) -> Span:  # noqa: ANN401 (as above)
    start = _content(text, event.start_mark.index)
    parts: list[Span] = []
    while not isinstance(following := next(events), yaml.CollectionEndEvent):
        parts.append(_span(text, following, events))
    last: Any = following.end_mark
    mapping, flow = isinstance(event, yaml.MappingStartEvent), bool(event.flow_style)
    keys = parts[::2] if mapping else [None] * len(parts)
    values = parts[1::2] if mapping else parts
    return Span(
        kind=SpanKind.MAPPING if mapping else SpanKind.SEQUENCE,
        begin=event.start_mark.index,
        start=start,
        end=last.index if flow or not parts else parts[-1].end,
        column=start - line_start(text, start),
        flow=flow,
        anchor=event.anchor,
        items=tuple(zip(keys, values, strict=True)),
    )


def _content(text: str, begin: int) -> int:
    """Return where a value begins after its anchor and tag."""
    while found := _PROPERTY.match(text, begin):
        between = _BETWEEN.match(text, found.end())
        begin = between.end() if between else found.end()
    return begin


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


def line_break(text: str, offset: int) -> str:
    """Return the first line break after an offset; else the first one of the text."""
    found = BREAK.search(text, offset) or BREAK.search(text)
    return found[0] if found else "\n"
