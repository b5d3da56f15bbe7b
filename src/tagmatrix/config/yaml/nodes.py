"""The nodes of a YAML document: scalars, lists and mappings, each with its place.

A scalar keeps its text and the type that YAML gives it, and the reader of the tree
decides. So the loader can refuse an unquoted 3.10 instead of reading it as 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from tagmatrix.problems import Place


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
