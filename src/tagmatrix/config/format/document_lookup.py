"""The shapes of `upstream` that describe documents: addresses, expressions, artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tagmatrix.config.document_lookup import HOLES, KINDS, Lookup, fill, holes
from tagmatrix.config.format.architecture_shapes import ARCHITECTURE
from tagmatrix.config.format.name_shapes import NAME
from tagmatrix.config.shapes import INVALID, Either, Field, ListOf, MapOf, Record, Text
from tagmatrix.config.yaml.nodes import Mapping as MappingNode
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest
from tagmatrix.util.printable import NOT_IN_LINE
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.config.shapes import Reading
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath

_TAKEN: Final = ("version", "date", "file", "sha256", "sha512", "sha1", "size", "cycle", "end")


def _jmespath(text: str) -> str:
    import jmespath  # noqa: PLC0415 (only for files that have expressions)

    try:
        jmespath.compile(fill(text, dict.fromkeys(HOLES, "0")))
    except (jmespath.exceptions.JMESPathError, ValueError, RecursionError) as error:
        return f"not a JMESPath expression ({str(error).splitlines()[0]})"
    return ""


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


class _LookupRecord(Record, frozen=True, kw_only=True):
    """A mapping with exactly one kind of document.

    Attributes:
        idle: the keys of other places, and why they have no effect here.
    """

    idle: Mapping[str, str] = {}

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
        idle = [(name, why) for name, _ in node.items if (why := self.idle.get(name.text))]
        for name, why in idle:
            message = f"has no effect here: {why}; remove it"
            reading.report((*path, name.text), message, name.place)
        return INVALID if idle else Record.read(self, node, path, reading)

    def schema(self) -> dict[str, Any]:
        return {**Record.schema(self), "oneOf": [{"required": [kind]} for kind in KINDS]}


_PATH = CheckedText("a JMESPath expression", check=_jmespath)
_WITH_HOLES = CheckedText(
    "a text with placeholders, such as go{version}.tar.gz", check=_known_holes
)
ADDRESS = CheckedText(
    "an address such as https://example.org/dl/{version}/SHA256SUMS",
    rf"(?:https?|git|file)://[^\s#{NOT_IN_LINE}]+",
    check=_known_holes,
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


def _lookup(idle: Mapping[str, str]) -> _LookupRecord:
    fields = {key: entry for key, entry in _FIELDS.items() if key not in idle}
    return _LookupRecord(fields, _build, "a document and what to take from it", idle=idle)


RELEASES: Final = _lookup(_OF_FILES)
CYCLES: Final = _lookup({**_OF_VERSIONS, **_OF_FILES})
ARTIFACT: Final = _lookup(_OF_VERSIONS)

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
