"""Artifacts that variants need, and the checksums of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tagmatrix.config.artifacts import EACH
from tagmatrix.config.format.architecture_shapes import ARCHITECTURE
from tagmatrix.config.format.name_shapes import SENTENCE
from tagmatrix.config.shapes import INVALID, Either, Field, Invalid, ListOf, MapOf, Record, Text
from tagmatrix.config.yaml.nodes import Mapping as Nodes, Scalar
from tagmatrix.manifest import architecture_names
from tagmatrix.util.nearest import similar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.shapes import Reading
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import ValuePath

_NAME: Final = r"[a-z][a-z0-9_]*"
_ARCHITECTURES: Final = "|".join(sorted(architecture_names.ARCHITECTURES))
WHY: Final = "why"
_ALMOST: Final = 0.8

NAME: Final = Text("an artifact such as source or windows", _NAME)
ARTIFACT: Final = Text(
    "an artifact such as source or windows, or linux/amd64 for an architecture",
    rf"{_NAME}(?:/(?:{_ARCHITECTURES}))?",
)
ARTIFACTS: Final = ListOf(ARTIFACT, "artifacts")


def _hash(what: str, digits: int) -> Text:
    says = f"{what}: {digits} hexadecimal digits in lower case"
    return Text(says, rf"[0-9a-f]{{{digits}}}", digits=digits)


SHA256: Final = _hash("a SHA-256", 64)
SHA512: Final = _hash("a SHA-512", 128)
SHA1: Final = _hash("a SHA-1", 40)
DIGESTS: Final[Mapping[str, Text]] = {"sha256": SHA256, "sha512": SHA512, "sha1": SHA1}


class _FileOfComponent(Text, frozen=True):
    """An architecture, or any other name. One that is almost an architecture is a mistake."""

    def fits(self, text: str) -> bool:
        return super().fits(text) and not self._is_mistaken(text)

    def unfit(self, text: str) -> str:
        return ARCHITECTURE.unfit(text) if self._is_mistaken(text) else super().unfit(text)

    def _is_mistaken(self, text: str) -> bool:
        """Return whether a name is a wrong spelling of an architecture; `windows` is a name."""
        if text in ARCHITECTURE.choices or text == "windows":
            return False
        near = similar(text, ARCHITECTURE.choices, cutoff=_ALMOST)
        return bool(near) or text in architecture_names.OTHER_NAMES


_FILE_OF_COMPONENT: Final = _FileOfComponent(
    "an architecture or a name such as linux", r"[a-z][a-z0-9_-]*"
)

NEEDS: Final = ListOf(
    Either(
        "an artifact, or a mapping with its name and `by: architecture`",
        {
            "scalar": NAME,
            "mapping": Record(
                {
                    "name": Field(NAME, "The artifact.", required=True),
                    "by": Field(
                        Text("architecture", choices=("architecture",)),
                        "Upstream has a file for each architecture.",
                        required=True,
                        default="",
                    ),
                },
                lambda *, name, by: name + EACH if by else name,
                "an artifact with a file for each architecture",
            ),
        },
    ),
    "artifacts",
)


class Checksums(Struct, frozen=True):
    """A mapping of artifacts to checksums, or to the checksums of each architecture.

    Its value is flat: `linux/amd64` is the file of `linux` for amd64. `reason` is whether
    the key `why` says why there is no better checksum. `single` allows one checksum alone,
    with the name "", and architectures in place of artifacts.
    """

    digest: Text
    what: str
    reason: bool = False
    single: bool = False

    def read(self, node: Node, path: ValuePath, reading: Reading) -> dict[str, str] | Invalid:
        """Return the checksums by artifact, and the reason as `why`."""
        why: Any = ""
        if self.single and isinstance(node, Scalar):
            digest = self.digest.read(node, path, reading)
            return digest if isinstance(digest, Invalid) else {"": digest}
        if self.reason and not self.single and isinstance(node, Nodes):
            rest = []
            for key, item in node.items:
                if key.text == WHY:
                    reading.locate((*path, WHY), key, item)
                    why = SENTENCE.read(item, (*path, WHY), reading)
                else:
                    rest.append((key, item))
            node = Nodes(tuple(rest), node.place)
        values = self._shape().read(node, path, reading)
        if isinstance(values, Invalid):
            return values
        found: dict[str, str] = {WHY: why} if why and why is not INVALID else {}
        for name, value in values.items():
            if isinstance(value, str):
                found[name] = value
            else:
                found |= {f"{name}/{each}": digest for each, digest in value.items()}
        return found

    def _shape(self) -> MapOf:
        each = MapOf(ARCHITECTURE, self.digest, "architectures and their checksums")
        value = Either(
            f"{self.digest.what}; or a mapping of architectures",
            {"scalar": self.digest, "mapping": each},
        )
        return MapOf(_FILE_OF_COMPONENT if self.single else NAME, value, self.what)

    def schema(self) -> dict[str, Any]:
        """Return the same rule as JSON Schema."""
        schema = self._shape().schema()
        if self.single:
            return {"anyOf": [self.digest.schema(), schema]}
        why = SENTENCE.schema() | {"description": "Why upstream publishes no better checksum."}
        return schema | {"properties": {WHY: why}} if self.reason else schema


CHECKSUMS: Final[Mapping[str, Checksums]] = {
    "sha256": Checksums(SHA256, "artifacts and their SHA-256"),
    "sha512": Checksums(SHA512, "artifacts and their SHA-512"),
    "sha1": Checksums(SHA1, "artifacts and their SHA-1", reason=True),
}


def with_reason(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a release or a variant; the reason of a SHA-1 as `sha1_why`."""
    sha1 = values.get("sha1")
    if not sha1 or WHY not in sha1:
        return values
    digests = {name: digest for name, digest in sha1.items() if name != WHY}
    return {**values, "sha1": digests, "sha1_why": sha1[WHY]}
