"""The three kinds of edits, and the error of an edit that is not possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.problems import ValuePath


class EditError(InputError):
    """An edit that is not possible: the layout is too unusual, or the path is wrong."""


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value at a path, and create missing mappings around it.

    Equal parts of an existing value do not change: a mapping is changed key by
    key. A new key comes before the key `before`; without that key, after the last
    existing key of `after`; else at the end. If mappings are created around it,
    this places the outermost one. A new item comes at the end of its list: its
    number is the list's length.
    """

    path: ValuePath
    value: Value
    before: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a key or an item; do nothing if it does not exist.

    `prune` also removes the mappings and lists around it that become empty.
    """

    path: ValuePath
    prune: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the key at a path another name; its place and its value stay."""

    path: ValuePath
    key: str


Edit: TypeAlias = Put | Remove | Rename
