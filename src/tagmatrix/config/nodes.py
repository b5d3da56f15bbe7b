"""YAML text becomes a small tree in which everything knows its place.

Only the safe part of YAML is read: mappings, lists and scalars. The tree is
built from the parser's events in one loop, with bounds on size, depth and the
number of nodes, because a parser that recurses can be brought down by a file
of a few kilobytes (and libyaml's can, see the tests).

A scalar keeps its text and what YAML would make of it: whoever reads the tree
decides. So an unquoted 3.10 can be refused instead of becoming 3.1.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml

from tagmatrix.config import syntax
from tagmatrix.problems import ConfigError, Place, Problem, shown

if TYPE_CHECKING:
    from tagmatrix.problems import ValuePath

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 32
MAX_NODES: Final = 400_000

# yaml.CSafeLoader is missing where PyYAML was built without libyaml; the other one is only slower.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolve: Any = yaml.SafeLoader("").resolve
_FOREIGN: Final[Any] = yaml.reader.Reader.NON_PRINTABLE
# YAML 1.2, by which most editors read, knows more numbers than 1.1: 1e3, 0o14.
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+")
_KINDS: Final = frozenset({"int", "float", "bool", "null", "timestamp"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `kind` is the type that YAML gives it: str, int, float, bool, null or timestamp."""

    text: str
    kind: str
    place: Place
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values, in the order of the file."""

    items: tuple[tuple[Scalar, Node], ...]
    place: Place


Node: TypeAlias = "Scalar | Sequence | Mapping"


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = (
        "anchor",
        "depth",
        "items",
        "key",
        "mapping",
        "path",
        "place",
        "refused",
        "seen",
        "size",
    )

    def __init__(self, *, mapping: bool, place: Place, anchor: str | None, path: ValuePath) -> None:
        self.mapping = mapping
        self.place = place
        self.anchor = anchor
        self.path = path
        self.items: list[Any] = []
        self.key: Scalar | None = None
        self.refused: Scalar | None = None  # the last key that is not to be kept
        self.seen: dict[str, Place] = {}
        self.size = 1  # nodes, aliases expanded
        self.depth = 1  # levels, aliases expanded

    def next_path(self) -> ValuePath:
        """Return the path of the value that comes next."""
        if not self.mapping:
            return (*self.path, len(self.items))
        return (*self.path, self.key.text) if self.key else self.path

    def close(self) -> Node:
        """Return the node that is now whole."""
        if self.mapping:
            return Mapping(tuple(self.items), self.place)
        return Sequence(tuple(self.items), self.place)


def read(data: bytes, file: str, problems: list[Problem] | None = None) -> Mapping:
    """Read one YAML document whose top is a mapping.

    `file` is the name to use in messages. Raises ConfigError for anything that
    is not such a document: another encoding than UTF-8, a syntax error, a
    duplicate key, an anchor that is its own content, a file beyond the bounds.
    What leaves the rest readable is added to `problems` instead, if that is given.
    """
    root, found = _parsed(data, file, _Loader)
    if problems is not None:
        problems += found
    elif found:
        raise ConfigError(file, list(found))
    if not isinstance(root, Mapping):
        message = "the file must be a mapping: lines of `key: value`"
        raise _fail(file, message, root.place)
    return root


@functools.lru_cache(maxsize=4)
def _parsed(
    data: bytes,
    file: str,
    loader: Any,  # noqa: ANN401 (PyYAML's loaders have no type in common)
) -> tuple[Node, tuple[Problem, ...]]:
    """Return the tree of a document, and what leaves the rest of it readable.

    A run reads the same text several times, before a change and after it.
    """
    text = _decode(data, file)
    if foreign := _FOREIGN.search(text):
        message = f"the character U+{ord(foreign[0]):04X} cannot stand in YAML; remove it"
        raise _fail(file, message, _place_of(text, foreign.start()))
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        message = builder.unclosed(error) or syntax.message(error, text)
        mark = error.context_mark if syntax.FOLDED in message else error.problem_mark
        raise _fail(file, message, _place(mark)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the pure parser's
        raise _fail(file, f"this is not YAML: {error}", None) from None
    if builder.root is None or (isinstance(builder.root, Scalar) and not builder.root.text):
        message = "the file is empty; write at least `image:`, `flavors:`, `suites:`, `releases:`"
        raise _fail(file, message, Place(1, 1))
    return builder.root, tuple(builder.problems)


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        message = (
            f"the file has {len(data):,} bytes; more than {MAX_BYTES:,} are not read: "
            "is it the right file?"
        )
        raise _fail(file, message, Place(1, 1))
    if encoding := _wide_encoding(data):
        raise _fail(file, f"the file is {encoding}; save it as UTF-8", Place(1, 1))
    if data.startswith(b"\xef\xbb\xbf"):
        message = "the file begins with a byte order mark; save it as UTF-8 without BOM"
        raise _fail(file, message, Place(1, 1))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = _place_of(before.decode(), len(before.decode()))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _fail(file, message, place) from None


def _wide_encoding(data: bytes) -> str:
    """Return the encoding of a text that is not of bytes, with or without a byte order mark."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    first = data[:4].ljust(4, b"x")
    zeros = [byte == 0 for byte in first]
    if zeros in ([False, True, True, True], [True, True, True, False]):
        return "UTF-32"
    if zeros in ([False, True, False, True], [True, False, True, False]):
        return "UTF-16"
    return ""


def _place_of(text: str, index: int) -> Place:
    """Return the place of a character by its index."""
    lines = f"{text[:index]}.".splitlines()  # ends lines where the parser does
    return Place(len(lines), len(lines[-1]))


class _Builder:
    """Builds the tree from events; the stack is a list, not Python's own."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}  # node, its size, its depth
        self._count = 0
        self._documents = 0
        self._quoted: tuple[int, ...] = ()  # the lines of the last quoted scalar, if it has several

    def take(self, event: Any) -> None:  # noqa: ANN401 (PyYAML's events have no types of use)
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
                raise _fail(self.file, "a second document begins here; keep one", place)

    def unclosed(self, error: yaml.MarkedYAMLError) -> str:
        """Say where a quote opened that seems to be closed by the next one's opening."""
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
                found = _resolve(yaml.ScalarNode, event.value, (True, False)).rpartition(":")[2]
                kind = found if found in _KINDS else "str"  # `=` and `<<` are mere texts to us
                if kind == "str" and _NUMBER.fullmatch(event.value):
                    kind = "float"
        elif event.tag not in {"!", "tag:yaml.org,2002:str"}:
            self._tagged(event.tag, place)
        node = Scalar(event.value, kind, place, plain)
        if event.anchor:
            self._anchors[event.anchor] = (node, 1, 0)
        self._add(node, place, 1, 0)

    def _open(self, event: Any, place: Place) -> None:  # noqa: ANN401 (as above)
        self._bound_depth(1, place)
        if event.tag not in {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
            self._tagged(event.tag, place)
        mapping = isinstance(event, yaml.MappingStartEvent)
        if self._stack:
            parent = self._stack[-1]
            if parent.mapping and parent.key is None:
                raise _fail(
                    self.file,
                    "a key must be a text, not a list or a mapping; quote it if it is one",
                    place,
                )
            path = parent.next_path()
        else:
            path = ()
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self._stack.append(_Open(mapping=mapping, place=place, anchor=event.anchor, path=path))

    def _alias(self, anchor: str, place: Place) -> None:
        found = self._anchors.get(anchor)
        if found is None:
            message = (
                f"there is no &{shown(anchor)} before this *{shown(anchor)}; write the value out"
            )
            raise _fail(self.file, message, place)
        node, size, depth = found
        self._bound_depth(depth, place)
        self._count += size - 1  # what an alias repeats counts each time
        self._add(node, place, size, depth)

    def _bound_depth(self, more: int, place: Place) -> None:
        if len(self._stack) + more > MAX_DEPTH:
            message = f"more than {MAX_DEPTH} levels deep; no key needs that: close the brackets"
            raise _fail(self.file, message, place)

    def _add(self, node: Node, place: Place, size: int, depth: int) -> None:
        """Take a node that is whole; `place` is where it, or the alias of it, stands."""
        self._count += 1
        if self._count > MAX_NODES:
            message = (
                f"more than {MAX_NODES:,} values, aliases (*name) expanded: this is no real "
                "matrix; list less"
            )
            raise _fail(self.file, message, place)
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
                raise _fail(
                    self.file,
                    "a key must be a text, not a list or a mapping; quote it if it is one",
                    place,
                )
            self._key(parent, node, place)
        else:
            if parent.key is not parent.refused:
                parent.items.append((parent.key, node))
            parent.key = None

    def _key(self, parent: _Open, key: Scalar, place: Place) -> None:
        if key.text == "<<" and key.plain:
            message = "merge keys (<<) are not read; write the keys out"
            self.problems.append(Problem(parent.path, message, place))
            parent.refused = key
        elif first := parent.seen.get(key.text):
            message = f"this key stands twice, first in line {first.line}; keep one of the two"
            self.problems.append(Problem((*parent.path, key.text), message, place))
            parent.refused = key
        parent.seen.setdefault(key.text, place)
        parent.key = key

    def _tagged(self, tag: str, place: Place) -> None:
        path = self._stack[-1].next_path() if self._stack else ()
        message = f"the YAML tag {shown(tag)} is not read; write the plain value"
        if tag.startswith("!="):
            message = f'YAML reads {shown(tag)} as a tag; write it in quotes: "{shown(tag)}"'
        self.problems.append(Problem(path, message, place))


def _place(mark: Any) -> Place:  # noqa: ANN401 (PyYAML's marks have no types of use)
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _fail(file: str, message: str, place: Place | None) -> ConfigError:
    return ConfigError(file, [Problem((), message, place)])
