"""The shapes of `upstream` that describe documents: addresses, expressions, artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from tagmatrix.config.document_lookup import HOLES, KINDS, Lookup, fill, holes
from tagmatrix.config.format.architecture_shapes import ARCHITECTURE
from tagmatrix.config.format.name_shapes import NAME
from tagmatrix.config.shapes import INVALID, Either, Field, ListOf, MapOf, Record, Text
from tagmatrix.config.yaml.nodes import Mapping as MappingNode, Scalar
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest
from tagmatrix.util.printable import NOT_IN_LINE
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tagmatrix.config.shapes import Reading
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath

_TAKEN: Final = ("version", "date", "file", "sha256", "sha512", "sha1", "size", "cycle", "end")


def _jmespath(text: str) -> str:
    import jmespath  # noqa: PLC0415 (only for files that have expressions)

    try:
        parsed = jmespath.compile(fill(text, dict.fromkeys(HOLES, "0")))
    except (jmespath.exceptions.JMESPathError, ValueError, RecursionError) as error:
        return f"not a JMESPath expression ({str(error).splitlines()[0]}){_quoted_holes(text)}"
    known = jmespath.functions.Functions.FUNCTION_TABLE
    unknown = (name for name in _functions(parsed.parsed) if name not in known)
    if name := next(unknown, ""):
        return f"JMESPath has no function {name}{nearest(name, known)}"
    return ""


def _quoted_holes(text: str) -> str:
    """Return a hint if a JMESPath has placeholders that only lack quotes."""
    import jmespath  # noqa: PLC0415 (as above)

    quoted = fill(text, {name: f'"{{{name}}}"' for name in HOLES})
    try:
        jmespath.compile(quoted)
    except (jmespath.exceptions.JMESPathError, ValueError, RecursionError):
        return ""
    return f"; a key from a placeholder needs quotes of JMESPath: '{quoted}'"


def _functions(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the functions that a parsed JMESPath calls."""
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        yield from _functions(child)


def _expression(text: str) -> str:
    from tagmatrix.util import expressions  # noqa: PLC0415 (only for files that have expressions)

    try:
        groups = expressions.compiled(text).groups
    except ValueError as error:
        return f"not a regular expression of RE2 ({error})"
    return "" if groups else "it has no group; put what to take in (…)"


def _known_holes(text: str) -> str:
    unknown = [name for name in holes(text) if name not in HOLES]
    return f"unknown placeholder {{{unknown[0]}}}{nearest(unknown[0], HOLES)}" if unknown else ""


def _invalid_address(text: str) -> str:
    try:
        _ = urlsplit(fill(text, dict.fromkeys(HOLES, "0"))).port
    except ValueError as error:
        return f"not an address ({error})"
    return _known_holes(text)


class CheckedText(Text, frozen=True):
    """A text that a function checks: it returns a problem, or an empty text."""

    check: Callable[[str], str] = lambda _: ""

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401, D102 (as in Text)
        value = Text.read(self, node, path, reading)
        if value is not INVALID and (problem := self.check(value)):
            return reading.report(path, f'"{shown(value)}": {problem}', node.place)
        return value


_OF_VERSIONS: Final = dict.fromkeys(("strip", "replace"), "it changes versions of `releases`")
_OF_FILES: Final = dict.fromkeys(("file", "url"), "it is about files of `artifacts`")
_FILLED: Final = (*KINDS, "each", "where", "file", "url")
"""The keys whose texts have placeholders."""
_OF_CYCLE: Final = ("cycle", "project")
_OF_VERSION: Final = tuple(name for name in HOLES if name not in {"cycle", "file"})
_UNNUMBERED: Final = ("sums", "listing")
"""The kinds of documents whose entries have no version."""


class _LookupRecord(Record, frozen=True, kw_only=True):
    """A mapping with exactly one kind of document.

    Attributes:
        idle: the keys of other places, and why they have no effect here.
        known: the placeholders that have a value here; `url` has `{file}` too.
    """

    idle: Mapping[str, str] = {}
    known: tuple[str, ...] = ()

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (as Text)
        if not isinstance(node, MappingNode):
            return Record.read(self, node, path, reading)
        keys = [name.text for name, _ in node.items]
        kinds = [key for key in keys if key in KINDS]
        if len(kinds) != 1:
            what = f"has {join_names(kinds)}" if kinds else "names no document"
            message = f"this {what}; write one of {', '.join(KINDS)} with its address"
            return reading.report(path, message, node.place)
        if kinds == ["text"] and "match" not in keys:
            message = "a text needs `match`: a regular expression that finds its entries"
            return reading.report(path, message, node.place)
        wrong = [(name, why) for name, item in node.items if (why := self._wrong(name, item, node))]
        for name, why in wrong:
            reading.report((*path, name.text), why, name.place)
        return INVALID if wrong else Record.read(self, node, path, reading)

    def _wrong(self, name: Scalar, item: Node, node: MappingNode) -> str:
        """Return why a key or a placeholder in its text has no effect here; else ""."""
        if why := self.idle.get(name.text):
            return f"has no effect here: {why}; remove it"
        if name.text == "match" and not _may_match(node):
            return (
                "has no effect here: it is about versions, and these entries have none; remove it, "
                "or choose entries with `where`"
            )
        if name.text not in _FILLED or not isinstance(item, Scalar):
            return ""
        known = (*self.known, "file") if name.text == "url" else self.known
        empty = (each for each in holes(item.text) if each in HOLES and each not in known)
        if hole := next(empty, ""):
            return (
                f"{{{hole}}} has no value here; use {join_names([f'{{{one}}}' for one in known])}"
            )
        return ""

    def schema(self) -> dict[str, Any]:
        return {**Record.schema(self), "oneOf": [{"required": [kind]} for kind in KINDS]}


def _may_match(node: MappingNode) -> bool:
    """Return whether `match` may find something: entries of a text, or versions."""
    items = {name.text: item for name, item in node.items}
    take = items.get("take")
    if "text" in items or isinstance(take, Scalar):
        return True
    if isinstance(take, MappingNode):
        return "version" in [name.text for name, _ in take.items]
    return not any(kind in items for kind in _UNNUMBERED)


_PATH = CheckedText("a JMESPath expression", check=_jmespath)
_WITH_HOLES = CheckedText(
    "a text with placeholders, such as go{version}.tar.gz", check=_known_holes
)
ADDRESS = CheckedText(
    "an address such as https://example.org/dl/{version}/SHA256SUMS",
    rf"(?:https?|git|file)://[^\s#{NOT_IN_LINE}]+",
    check=_invalid_address,
)


def _build(**values: Any) -> Lookup:  # noqa: ANN401 (the values of the fields)
    addresses = {kind: values.pop(kind) for kind in KINDS}
    if isinstance(values["take"], str):
        values["take"] = {"version": values["take"]}
    kind = next((kind for kind, address in addresses.items() if address), "json")
    return Lookup(kind=kind, address=addresses[kind] or "", **values)


_FIELDS: Final = {
    **{kind: Field(ADDRESS, f"The address of {what}.") for kind, what in KINDS.items()},
    "each": Field(_PATH, "The JMESPath of the entries.", default=""),
    "where": Field(_PATH, "The JMESPath of a condition; other entries are ignored.", default=""),
    "take": Field(
        Either(
            "a JMESPath, or a mapping of values to JMESPaths",
            {
                "scalar": _PATH,
                "mapping": MapOf(
                    Text(f"one of {', '.join(_TAKEN)}", choices=_TAKEN), _PATH, "values"
                ),
            },
        ),
        "The JMESPath of each value in an entry; of `version` if it is one text.",
        default={},
    ),
    "match": Field(
        CheckedText("a regular expression of RE2 with a group", check=_expression),
        "A regular expression (RE2): of the entries of a text, else of versions. Its groups "
        "have the names of values, or its first group is the version. What does not match is "
        "ignored.",
        default="",
    ),
    "strip": Field(Text("a text"), "What to remove at the beginning of versions.", default=""),
    "replace": Field(
        MapOf(Text("a text"), Text("a text"), "texts"),
        "Texts to replace in versions.",
        default={},
    ),
    "file": Field(_WITH_HOLES, "The name of the artifact in the document.", default=""),
    "url": Field(ADDRESS, "Where the artifact itself is; `--download` hashes it.", default=""),
}


def _lookup(idle: Mapping[str, str], known: tuple[str, ...]) -> _LookupRecord:
    fields = {key: entry for key, entry in _FIELDS.items() if key not in idle}
    what = "a document and what to take from it"
    return _LookupRecord(fields, _build, what, idle=idle, known=known)


RELEASES: Final = _lookup(_OF_FILES, _OF_CYCLE)
CYCLES: Final = _lookup({**_OF_VERSIONS, **_OF_FILES}, _OF_CYCLE)
ARTIFACT: Final = _lookup(_OF_VERSIONS, _OF_VERSION)

ARTIFACTS: Final = MapOf(
    NAME,
    Either(
        "a document, or a list of documents that must agree",
        {
            "mapping": replace(ARTIFACT, build=lambda **values: (_build(**values),)),
            "list": ListOf(ARTIFACT, "documents", needed="name one"),
        },
    ),
    "artifacts",
)

ARCHITECTURES: Final = MapOf(
    ARCHITECTURE, Text("upstream's word for the architecture", r"[\w.+-]+"), "architectures"
)
