"""The meaning of a document as plain data, and the meaning that an edit intends.

This does not depend on the layout: a new text is correct if its meaning equals
what these functions return.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.config.yaml.nodes import Mapping, Scalar
from tagmatrix.editing.items import WithItems

if TYPE_CHECKING:
    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.problems import ValuePath

MAPPING: Final = "mapping"
LIST: Final = "list"


@dataclass(frozen=True, slots=True)
class Tree(WithItems):
    """A value: `kind` is MAPPING, LIST, or the type that YAML gives a scalar."""

    kind: str
    text: str = ""
    items: tuple[Item, ...] = ()


Item: TypeAlias = "tuple[Tree | None, Tree]"

NOTHING: Final = Tree("null")


def of_node(node: Node) -> Tree:
    """Return the meaning of a node."""
    if isinstance(node, Scalar):
        return NOTHING if node.kind == "null" else Tree(node.kind, node.text)
    if isinstance(node, Mapping):
        items = tuple((of_node(key), of_node(value)) for key, value in node.items)
        return Tree(MAPPING, items=items)
    return Tree(LIST, items=tuple((None, of_node(item)) for item in node.items))


def of_value(value: Value) -> Tree:
    """Return the meaning of a new value."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return Tree("str", value)
    if isinstance(value, bool):
        return Tree("bool", "true" if value else "false")
    if isinstance(value, dt.date):
        return Tree("timestamp", value.isoformat())
    if isinstance(value, AbstractMapping):
        items = tuple((of_value(key), of_value(inner)) for key, inner in value.items())
        return Tree(MAPPING, items=items)
    return Tree(LIST, items=tuple((None, of_value(inner)) for inner in value))


def changed(tree: Tree, path: ValuePath, *new: Item, at: int = 0) -> Tree:
    """Return a tree with new items in the place of the item at a path.

    If there is no such item, the new ones come before the item `at`.
    """
    items, index = [*tree.items], tree.index(path[0])
    if index is None:
        items[at:at] = new
    elif len(path) == 1:
        items[index : index + 1] = new
    else:
        key, value = items[index]
        items[index] = key, changed(value, path[1:], *new, at=at)
    return replace(tree, items=tuple(items))
