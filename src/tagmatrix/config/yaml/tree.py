"""Read YAML text as a small tree of nodes with their places.

This reads only the safe part of YAML: mappings, lists and scalars. It builds
the tree from the parser's events in one loop and limits size, depth and the
number of nodes, because a file of a few kilobytes can crash a parser that
recurses (libyaml's loader does crash, see the tests).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import yaml
from msgspec import Struct, field

from tagmatrix.config.yaml import syntax
from tagmatrix.config.yaml.decoding import decode
from tagmatrix.config.yaml.nodes import Mapping, Scalar, Sequence
from tagmatrix.config.yaml.scalar_types import type_of
from tagmatrix.config.yaml.syntax import failure
from tagmatrix.problems import MAX_PROBLEMS, ConfigError, Place, Problem, shown

if TYPE_CHECKING:
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath

MAX_DEPTH: Final = 32
MAX_NODES: Final = 100_000
"""How many nodes a document has at most; a long text counts as several nodes."""
_NODE_LENGTH: Final = 100

# PyYAML without libyaml has no CSafeLoader. SafeLoader reads the same, but more slowly.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NO_KEY: Final = "a key must be a text, not a list or a mapping; quote it if it is a text"


class _OpenNode(Struct, kw_only=True):
    """A collection whose end event has not been read yet.

    `refused` is the last refused key, whose value is dropped. `size` counts nodes and
    `depth` levels, both with aliases expanded; see MAX_NODES.
    """

    mapping: bool
    place: Place
    anchor: str | None
    path: ValuePath
    items: list[Any] = field(default_factory=list)
    key: Scalar | None = None
    refused: Scalar | None = None
    seen: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def next_path(self) -> ValuePath:
        """Return the path of the next value."""
        if not self.mapping:
            return (*self.path, len(self.items))
        return (*self.path, self.key.text) if self.key else self.path

    def close(self) -> Node:
        """Return the complete node."""
        if self.mapping:
            return Mapping(tuple(self.items), self.place)
        return Sequence(tuple(self.items), self.place)


def read(data: bytes, file: str, problems: list[Problem] | None = None) -> Mapping:
    """Read one YAML document whose top is a mapping.

    `file` is the name to use in messages. Raises ConfigError for any other
    document: an encoding other than UTF-8, a syntax error, a duplicate key, an
    anchor that contains itself, a file beyond the limits. If `problems` is given,
    problems after which the rest is still readable are added to it instead.
    """
    root, found = _parsed(data, file, _Loader)
    if problems is not None:
        problems += found
    elif found:
        raise ConfigError(file, list(found))
    if not isinstance(root, Mapping):
        message = "the file must be a mapping: lines of `key: value`"
        raise failure(file, message, root.place)
    return root


@functools.lru_cache(maxsize=4)
def _parsed(
    data: bytes,
    file: str,
    loader: Any,  # noqa: ANN401 (PyYAML's loaders have no type in common)
) -> tuple[Node, tuple[Problem, ...]]:
    """Return the tree of a document, and the problems after which the rest is still readable.

    Cached, because a run reads the same text several times, before a change and after it.
    """
    text = decode(data, file)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        message = builder.unclosed(error) or syntax.message(error, text)
        mark = error.context_mark if syntax.FOLDED in message else error.problem_mark
        raise failure(file, message, _place(mark)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # from the parser without libyaml
        raise failure(file, f"this is not YAML: {error}", None) from None
    if builder.root is None or (isinstance(builder.root, Scalar) and not builder.root.text):
        message = "the file is empty; write at least `image:`, `flavors:`, `suites:`, `releases:`"
        raise failure(file, message, Place(1, 1))
    return builder.root, tuple(builder.problems)


class _Builder:
    """Builds the tree from events with a stack of its own instead of recursion."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._stack: list[_OpenNode] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}  # node, its size, its depth
        self._count = 0
        self._documents = 0
        self._quoted: tuple[int, ...] = ()  # the lines of the last quoted scalar, if it has several

    def take(self, event: Any) -> None:  # noqa: ANN401 (PyYAML has no types for events)
        place = _place(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event, place)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            opened = self._stack.pop()
            node = opened.close()
            if opened.anchor:
                self._anchors[opened.anchor] = (node, opened.size, opened.depth)
            self._add(node, opened.place, opened.size, opened.depth)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), place)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise failure(self.file, "a second document begins here; keep one", place)

    def unclosed(self, error: yaml.MarkedYAMLError) -> str:
        """Return the message for a quote that the opening of the next one seems to close."""
        mark = error.problem_mark
        if mark is None or self._quoted[1:] != (mark.line,):
            return ""
        return (
            f"the quote that opens in line {self._quoted[0] + 1} is closed only here; close it "
            "there"
        )

    def _scalar(self, event: Any, place: Place) -> None:  # noqa: ANN401 (as above)
        plain = event.style is None or event.style == ""
        if event.style in {"'", '"'}:
            first, last = event.start_mark.line, event.end_mark.line
            self._quoted = (first, last) if last > first else ()
        kind = "str"
        if event.tag is None:
            if plain and event.implicit[0]:
                kind = type_of(event.value)
        elif event.tag not in {"!", "tag:yaml.org,2002:str"}:
            self._tagged(event.tag, place)
        node = Scalar(event.value, kind, place, plain)
        size = 1 + len(event.value) // _NODE_LENGTH
        if event.anchor:
            self._anchors[event.anchor] = (node, size, 0)
        self._count += size - 1
        self._add(node, place, size, 0)

    def _open(self, event: Any, place: Place) -> None:  # noqa: ANN401 (as above)
        self._bound_depth(1, place)
        if event.tag not in {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
            self._tagged(event.tag, place)
        if self._stack and self._stack[-1].mapping and self._stack[-1].key is None:
            raise failure(self.file, _NO_KEY, place)
        mapping, path = isinstance(event, yaml.MappingStartEvent), self._path()
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._stack.append(_OpenNode(mapping=mapping, place=place, anchor=event.anchor, path=path))

    def _path(self) -> ValuePath:
        """Return the path of the next value."""
        return self._stack[-1].next_path() if self._stack else ()

    def _alias(self, anchor: str, place: Place) -> None:
        found = self._anchors.get(anchor)
        if found is None:
            message = (
                f"there is no &{shown(anchor)} before this *{shown(anchor)}; write the value out"
            )
            raise failure(self.file, message, place)
        node, size, depth = found
        self._bound_depth(depth, place)
        self._count += size - 1  # each use of an alias counts
        self._add(node, place, size, depth)

    def _bound_depth(self, more: int, place: Place) -> None:
        if len(self._stack) + more > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} levels deep; close the brackets"
            raise failure(self.file, message, place)

    def _add(self, node: Node, place: Place, size: int, depth: int) -> None:
        """Add a complete node; `place` is its place, or that of its alias."""
        self._count += 1
        if self._count > MAX_NODES:
            message = (
                f"more than {MAX_NODES:,} values, or too long ones, with aliases (*name) "
                "expanded; list fewer"
            )
            raise failure(self.file, message, place)
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        parent.size += size
        parent.depth = max(parent.depth, depth + 1)
        if not parent.mapping:
            parent.items.append(node)
        elif parent.key is None:
            if not isinstance(node, Scalar):
                raise failure(self.file, _NO_KEY, place)
            self._key(parent, node, place)
        else:
            if parent.key is not parent.refused:
                parent.items.append((parent.key, node))
            parent.key = None

    def _key(self, parent: _OpenNode, key: Scalar, place: Place) -> None:
        if key.text == "<<" and key.plain:
            message = "merge keys (<<) are not supported; write the keys out"
            self._note(Problem(parent.path, message, place))
            parent.refused = key
        elif first := parent.seen.get(key.text):
            message = f"duplicate key, first in line {first.line}; keep one of the two"
            self._note(Problem((*parent.path, key.text), message, place))
            parent.refused = key
        parent.seen.setdefault(key.text, place)
        parent.key = key

    def _tagged(self, tag: str, place: Place) -> None:
        message = f"the YAML tag {shown(tag)} is not supported; write the plain value"
        if tag.startswith("!="):
            message = f'YAML reads {shown(tag)} as a tag; write it in quotes: "{shown(tag)}"'
        self._note(Problem(self._path(), message, place))

    def _note(self, problem: Problem) -> None:
        """Note a problem after which the rest is readable. Raise ConfigError if there are many."""
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise ConfigError(self.file, self.problems)


def _place(mark: Any) -> Place:  # noqa: ANN401 (PyYAML has no types for marks)
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
