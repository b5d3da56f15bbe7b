"""The meaning of a document as plain data, and the meaning that an edit intends.

This does not depend on the layout: a new text is correct if its meaning equals
what these functions return.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.config.yaml.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.problems import ValuePath


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: the type that YAML gives it, and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in its order."""

    pairs: tuple[tuple[Leaf, Tree], ...]

    def index_of(self, key: str | int) -> int | None:
        """Return the number of a key's entry."""
        for number, (name, _) in enumerate(self.pairs):
            if name.text == key:
                return number
        return None


Tree: TypeAlias = Leaf | Items | Entries

NOTHING: Final = Leaf("null", "")


def of_node(node: Node) -> Tree:
    """Return the meaning of a node."""
    if isinstance(node, Scalar):
        return _leaf(node)
    if isinstance(node, Mapping):
        return Entries(tuple((_leaf(key), of_node(value)) for key, value in node.items))
    return Items(tuple(of_node(item) for item in node.items))


def _leaf(node: Scalar) -> Leaf:
    return NOTHING if node.kind == "null" else Leaf(node.kind, node.text)


def of_value(value: Value) -> Tree:
    """Return the meaning of a new value."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return Leaf("str", value)
    if isinstance(value, bool):
        return Leaf("bool", "true" if value else "false")
    if isinstance(value, dt.date):
        return Leaf("timestamp", value.isoformat())
    if isinstance(value, AbstractMapping):
        pairs = ((Leaf("str", key), of_value(inner)) for key, inner in value.items())
        return Entries(tuple(pairs))
    return Items(tuple(of_value(inner) for inner in value))


def size(tree: Tree) -> int:
    """Return the number of a tree's entries or items."""
    if isinstance(tree, Leaf):
        return 0
    return len(tree.pairs) if isinstance(tree, Entries) else len(tree.values)


def find(tree: Tree, path: ValuePath) -> Tree | None:
    """Return the value at a path; None if there is none."""
    for part in path:
        if isinstance(tree, Entries) and (index := tree.index_of(part)) is not None:
            tree = tree.pairs[index][1]
        elif isinstance(tree, Items) and isinstance(part, int) and 0 <= part < len(tree.values):
            tree = tree.values[part]
        else:
            return None
    return tree


def put(tree: Tree, path: ValuePath, new: Tree, at: int) -> Tree:
    """Return a tree with another value at a path; a new key comes before the entry `at`."""
    if not path:
        return new
    part = path[-1]

    def change(parent: Tree) -> Tree:
        if isinstance(parent, Entries):
            index, pairs = parent.index_of(part), parent.pairs
            if index is None:
                return Entries((*pairs[:at], (Leaf("str", str(part)), new), *pairs[at:]))
            return Entries((*pairs[:index], (pairs[index][0], new), *pairs[index + 1 :]))
        values = parent.values if isinstance(parent, Items) else ()
        return Items((*values[: int(part)], new, *values[int(part) + 1 :]))

    return _changed(tree, path[:-1], change)


def remove(tree: Tree, path: ValuePath) -> Tree:
    """Return a tree without the key or item at a path."""
    part = path[-1]

    def change(parent: Tree) -> Tree:
        if isinstance(parent, Entries):
            return Entries(tuple(pair for pair in parent.pairs if pair[0].text != part))
        values = parent.values if isinstance(parent, Items) else ()
        return Items(tuple(value for number, value in enumerate(values) if number != part))

    return _changed(tree, path[:-1], change)


def rename(tree: Tree, path: ValuePath, key: str) -> Tree:
    """Return a tree in which the key at a path has another name."""

    def change(parent: Tree) -> Tree:
        pairs = parent.pairs if isinstance(parent, Entries) else ()
        return Entries(
            tuple(
                (Leaf("str", key) if name.text == path[-1] else name, value)
                for name, value in pairs
            )
        )

    return _changed(tree, path[:-1], change)


def _changed(tree: Tree, path: ValuePath, change: Callable[[Tree], Tree]) -> Tree:
    """Return a tree with a change of the value at a path."""
    if not path:
        return change(tree)
    part, rest = path[0], path[1:]
    if isinstance(tree, Entries):
        pairs = (
            (name, _changed(value, rest, change) if name.text == part else value)
            for name, value in tree.pairs
        )
        return Entries(tuple(pairs))
    values = tree.values if isinstance(tree, Items) else ()
    return Items(
        tuple(
            _changed(value, rest, change) if number == part else value
            for number, value in enumerate(values)
        )
    )
