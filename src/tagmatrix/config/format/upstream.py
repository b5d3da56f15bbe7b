"""The source of new releases for `update` and `status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec.structs import replace

from tagmatrix.config.format.document_lookup import ARCHITECTURES, ARTIFACTS, CYCLES, RELEASES
from tagmatrix.config.model import Upstream
from tagmatrix.config.shapes import FLAG, Either, Field, ListOf, Reading, Record, Text
from tagmatrix.config.yaml import tree
from tagmatrix.config.yaml.nodes import Mapping as MappingNode, Scalar
from tagmatrix.problems import ConfigError
from tagmatrix.util.printable import NOT_IN_LINE

if TYPE_CHECKING:
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import Problem, ValuePath

Addresses: TypeAlias = Mapping[str, str]

SOURCES: Final[Mapping[str, Addresses]] = {
    "python.org": {
        "api": "https://www.python.org/api/v2/",
        "downloads": "https://www.python.org/ftp/python/",
        "release_cycles": "https://peps.python.org/api/release-cycle.json",
    },
    **{
        name: {}
        for name in (
            "adoptium",
            "endoflife.date",
            "github",
            "go.dev",
            "maven",
            "nodejs.org",
            "npm",
            "pypi",
        )
    },
}
"""All sources: the name, and the default addresses.

`tagmatrix.upstream` has the code of python.org, and `upstream/presets/` describes the others.
"""

BY_CYCLE: Final = ("python.org", "adoptium")
"""The sources that list the releases of one cycle: components and axes have none."""

_ADDRESS = Text(
    "an address such as https://mirror.example.org/python/",
    rf"https?://[^\s?#{NOT_IN_LINE}]+",
)
_MANIFESTS = "https://raw.githubusercontent.com/docker-library/official-images/master/library/"
_DESCRIPTIONS: Final[Mapping[str, str]] = {
    "api": "The address of its API.",
    "downloads": "The address of its download tree.",
    "release_cycles": "The address of phases and ends of life of its cycles, in the format of the "
    "PEPs or of endoflife.date.",
}
"""The descriptions of addresses; others are described by their key."""


LOOKUPS: Final[Mapping[str, Field]] = {
    "project": Field(
        Text("the product's name at the source, such as owner/name", rf"[^\s{NOT_IN_LINE}]+"),
        "The product's name at the source, for {project} in addresses.",
    ),
    "releases": Field(
        RELEASES, "Where releases are listed: `version`, and `date` if there is one."
    ),
    "artifacts": Field(
        ARTIFACTS,
        "Where the checksum of each artifact is: `file`, and `sha256`, `sha512` or `sha1`. "
        "Several documents must agree.",
    ),
    "architectures": Field(ARCHITECTURES, "Upstream's word for each architecture."),
    "cycles": Field(CYCLES, "Where the ends of cycles are: `cycle` and `end`."),
    "command": Field(
        ListOf(
            Text("a program or an argument", rf"[^{NOT_IN_LINE}]+"),
            "a program and its arguments",
            needed="name the program",
        ),
        "A program of the family that prints releases and checksums as JSON, in place of the other "
        "keys. It runs only with `--allow-commands`.",
        default=(),
    ),
    "token": Field(
        Text("the name of an environment variable", "[A-Z_][A-Z0-9_]*"),
        "The environment variable with a token for the host of `releases`; no other host gets it.",
    ),
}
"""The keys that describe a source; a source with a name has its own values for them."""


class _SourceRecord(Record, frozen=True, kw_only=True):
    """A mapping with a source's name and addresses. The name decides which addresses it takes."""

    sources: Mapping[str, Addresses]

    def read(self, node: Node, path: ValuePath, reading: Reading) -> Any:  # noqa: ANN401 (any YAML value)
        described = _describes(node)
        every = dict.fromkeys(key for addresses in self.sources.values() for key in addresses)
        others = [*every] if described else _others(self.sources, _name(node))
        fields = {key: entry for key, entry in self.fields.items() if key not in others}
        items = node.items if isinstance(node, MappingNode) else ()
        keys = [key for key, _ in items if key.text in LOOKUPS]
        if "command" in [key.text for key in keys]:
            for key in keys:
                if key.text != "command":
                    message = "has no effect beside `command`; remove one of the two"
                    reading.report((*path, key.text), message, key.place)
        if described:
            fields["name"] = replace(fields["name"], required=False, default="")
        return Record(fields, self.build, self.what).read(node, path, reading)

    def schema(self) -> dict[str, Any]:
        rules = [
            {
                "if": {"properties": {"name": {"const": name}}, "required": ["name"]},
                "then": {"properties": dict.fromkeys(others, False)},
            }
            for name in self.sources
            if (others := _others(self.sources, name))
        ]
        schema = Record(self.fields, self.build, self.what).schema()
        required = schema.pop("required")
        named = [{"required": required}, {"required": ["releases"]}, {"required": ["command"]}]
        return {**schema, "anyOf": named, "allOf": rules}


def _name(node: Node) -> str:
    """Return the name of the source in a mapping; empty if it has none."""
    items = node.items if isinstance(node, MappingNode) else ()
    names = (value.text for key, value in items if key.text == "name" and isinstance(value, Scalar))
    return next(names, "")


def _describes(node: Node) -> bool:
    """Return whether a mapping describes a source without a name: it says what is released."""
    items = node.items if isinstance(node, MappingNode) else ()
    keys = [key.text for key, _ in items]
    return bool({"releases", "command"} & {*keys}) and "name" not in keys


def _others(sources: Mapping[str, Addresses], name: str) -> list[str]:
    """Return the addresses that only other sources have; none if the source is unknown."""
    known = sources.get(name)
    every = dict.fromkeys(key for addresses in sources.values() for key in addresses)
    if known is None:
        return []
    return [key for key in every if key not in known] + [*LOOKUPS] * bool(known)


def _address(key: str, sources: Mapping[str, Addresses]) -> Field:
    """Return the field of an address, described with the default of each source that has it."""
    description = _DESCRIPTIONS.get(key, f"The address `{key}`.")
    defaults = (
        f"`{addresses[key]}` ({source})"
        for source, addresses in sources.items()
        if key in addresses
    )
    return Field(_ADDRESS, f"{description} Default: {', '.join(defaults)}.")


def upstream_choice(sources: Mapping[str, Addresses]) -> Either:
    """Return the shape of `upstream` for a table of sources: a name, or a mapping."""
    name = Text(" or ".join(sources), choices=tuple(sources))

    def build(
        *,
        name: str,
        manifests: str,
        allow_http: bool,
        add: bool | None = None,
        **own: Any,  # noqa: ANN401 (the keys of each kind)
    ) -> Upstream:
        usual = sources.get(name, {})
        addresses = {key: own.get(key) or default for key, default in usual.items()}
        return Upstream(
            name=name,
            addresses=addresses,
            manifests=manifests,
            allow_http=allow_http,
            add=add,
            **{key: value for key in LOOKUPS if (value := own.get(key))},
        )

    keys = dict.fromkeys(key for addresses in sources.values() for key in addresses)
    fields = {
        "name": Field(
            name,
            "The source's name; without a name the keys below describe the source.",
            required=True,
        ),
        **{key: _address(key, sources) for key in keys},
        **LOOKUPS,
        "manifests": Field(
            _ADDRESS,
            "The address of the library/ folder of official-images: architectures of base images, "
            "published versions.",
            default=_MANIFESTS,
        ),
        "allow_http": Field(
            FLAG,
            "Whether addresses may use http, which does not protect against changes on the way.",
            default=False,
        ),
        "add": Field(
            FLAG,
            "Whether `update` adds a new cycle of upstream that has no final version yet. If "
            "absent: it reports new cycles; false: it does not.",
        ),
    }
    return Either(
        "the name of a source, or a mapping with its addresses",
        {
            "scalar": replace(
                name, build=lambda text: build(name=text, manifests=_MANIFESTS, allow_http=False)
            ),
            "mapping": _SourceRecord(fields, build, "a source with its addresses", sources=sources),
        },
    )


UPSTREAM_CHOICE: Final = upstream_choice(SOURCES)

WITHOUT_UPSTREAM: Final = Upstream(name="", manifests=_MANIFESTS)
"""Where base images are looked up if versions.yaml has no `upstream`."""


def read_preset(data: bytes, name: str) -> Upstream:
    """Return the source that a file with the keys of `upstream` describes. Raises ConfigError."""
    reading = Reading((), "loose")
    problems: list[Problem] = []
    value = UPSTREAM_CHOICE.read(tree.read(data, name, problems), (), reading)
    if problems or reading.problems or not isinstance(value, Upstream):
        raise ConfigError(name, [*problems, *reading.problems])
    return value
