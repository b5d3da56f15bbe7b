"""The nodes of a YAML document: scalars, lists and mappings, each with its place.

A scalar keeps its text and the type that YAML gives it, and the reader of the tree
decides. So the loader can refuse an unquoted 3.10 instead of reading it as 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from tagmatrix.problems import Place


class Scalar(Struct, frozen=True):
    """A text; `kind` is the type that YAML gives it: str, int, float, bool, null or timestamp."""

    text: str
    kind: str
    place: Place
    plain: bool


class Sequence(Struct, frozen=True):
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


class Mapping(Struct, frozen=True):
    """Keys and their values, in the order of the file."""

    items: tuple[tuple[Scalar, Node], ...]
    place: Place


Node: TypeAlias = "Scalar | Sequence | Mapping"
