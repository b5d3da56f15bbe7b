"""What can be asked for: three kinds of edits, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.problems import ValuePath


class EditError(InputError):
    """An edit that can't be made: the text is laid out too oddly, or the path is wrong."""


@dataclass(frozen=True, slots=True)
class Put:
    """Let a path hold a value; mappings around it that are missing are made.

    What is there already and the same is not touched: a mapping is changed key
    by key. A new key comes before the key `before`, else after the last of
    `after` that is there, else at the end (if mappings around it are made, this
    is about the outermost); a new item comes at the end of its list (its number
    is the list's length).
    """

    path: ValuePath
    value: Value
    before: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a key or an item away; nothing happens if it is not there.

    `prune`: and then the mappings and lists around it that are left empty.
    """

    path: ValuePath
    prune: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the key at a path another name; its place and its value stay."""

    path: ValuePath
    key: str


Edit: TypeAlias = Put | Remove | Rename
