"""Make one edit at a time: compute the intended meaning, splice the text, read and compare."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from tagmatrix.config.yaml import tree
from tagmatrix.editing import anchors, blocks, brackets, splices, trees
from tagmatrix.editing.edits import EditError, Put, Remove
from tagmatrix.editing.spans import read
from tagmatrix.editing.yaml_text import flow, scalar
from tagmatrix.problems import ConfigError, format_path, format_place, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.editing.edits import Edit, Rename
    from tagmatrix.editing.spans import Span
    from tagmatrix.editing.trees import Tree
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.problems import ValuePath


class Editor:
    """A text and its meaning, changed together; `file` is its name in messages."""

    def __init__(self, text: str, file: str) -> None:
        """Take the text of a file. Raises ConfigError if the loader refuses it."""
        self.text = self._original = text
        self.file = file
        self.tree = _parse(text, file)

    def take(self, edit: Edit) -> None:
        """Make an edit. Raises EditError, and then leaves the text unchanged."""
        if isinstance(edit, Put):
            self._put(edit)
        elif isinstance(edit, Remove):
            self._remove(edit.path, prune=edit.prune)
        else:
            self._rename(edit)

    def _put(self, edit: Put) -> None:
        path, value = self._from_existing(edit.path, edit.value)
        old, new = self.tree.find(path), trees.of_value(value)
        if old == new:
            return
        if old and old.kind == trees.MAPPING and old.items and isinstance(value, Mapping) and value:
            self._put_each(path, old, value)
            return
        at = self._position(edit, path) if old is None else 0

        def splice(text: str, root: Span) -> str:
            if old is None:
                return splices.insert(text, root, path, at, value)
            return splices.replace(text, root, path, value)

        key = None if isinstance(path[-1], int) else trees.of_value(path[-1])
        intended = trees.changed(self.tree, path, (key, new), at=at)
        self._change(path, f"write {flow(value)}", intended, splice, value=old is not None)

    def _put_each(self, path: ValuePath, old: Tree, value: Mapping[str, Value]) -> None:
        for name, _ in old.items:
            if name and name.text not in value:
                self._remove((*path, name.text), prune=False)
        before: tuple[str, ...] = ()
        for key, inner in value.items():
            self._put(Put((*path, key), inner, after=before))
            before = (*before, key)

    def _from_existing(self, path: ValuePath, value: Value) -> tuple[ValuePath, Value]:
        """Return the longest path whose parent exists, and the value to set there."""
        length = len(path)
        while length > 1:
            parent = self.tree.find(path[: length - 1])
            if parent is not None and parent != trees.NOTHING:
                break
            length -= 1
        for part in reversed(path[length:]):
            if isinstance(part, int):
                self._fail(path, "this list does not exist; put the whole list")
            value = {part: value}
        return path[:length], value

    def _position(self, edit: Put, path: ValuePath) -> int:
        """Return the number of the entry before which a new one is inserted."""
        parent, part = self.tree.find(path[:-1]), path[-1]
        items = parent.items if parent else ()
        if parent and parent.kind == trees.LIST and part == len(items):
            return len(items)
        if parent is None or parent.kind != trees.MAPPING or isinstance(part, int):
            self._fail(path, "the value that contains it can't hold this; fix the path")
        if edit.before is not None and (index := parent.index(edit.before)) is not None:
            return index
        found = [index for key in edit.after if (index := parent.index(key)) is not None]
        return max(found) + 1 if found else len(items)

    def _remove(self, path: ValuePath, *, prune: bool) -> None:
        parent = self.tree.find(path[:-1])
        if parent is None or parent.index(path[-1]) is None:
            return
        last = len(parent.items) == 1
        if last and prune and len(path) > 1:
            self._remove(path[:-1], prune=True)
            return
        if last and len(path) == 1:
            self._fail(path, "this would leave the file empty; delete the file instead")

        def splice(text: str, root: Span) -> str:
            around, index = splices.item_at(root, path)
            if around.flow:
                return brackets.remove(text, around, index)
            if last:
                empty: Value = {} if parent.kind == trees.MAPPING else []
                return splices.replace(text, root, path[:-1], empty)
            return blocks.remove(text, around, index)

        intended = trees.changed(self.tree, path)
        self._change(path, "remove it", intended, splice, key=True, value=True)

    def _rename(self, edit: Rename) -> None:
        path, parent = edit.path, self.tree.find(edit.path[:-1])
        old = self.tree.find(path)
        if parent is None or parent.kind != trees.MAPPING or old is None:
            self._fail(path, "this key does not exist; fix the path")
        if edit.key == path[-1]:
            return
        if parent.index(edit.key) is not None:
            self._fail(path, f'there is a "{shown(edit.key)}" already; choose another name')

        def splice(text: str, root: Span) -> str:
            around, index = splices.item_at(root, path)
            key = around.items[index][0] or around
            return brackets.replace(text, key, scalar(edit.key, key.style))

        intended = trees.changed(self.tree, path, (trees.of_value(edit.key), old))
        self._change(path, f"rename it to {edit.key}", intended, splice, key=True)

    def _change(
        self,
        path: ValuePath,
        what: str,
        intended: Tree,
        splice: Callable[[str, Span], str],
        *,
        key: bool = False,
        value: bool = False,
    ) -> None:
        """Change the text, if the new text means exactly what is intended.

        `key` and `value` say what the edit changes at the path (see `anchors.touched`).
        """
        root = read(self.text)
        if span := anchors.touched(root, path, key=key, value=value):
            named = f"the anchor &{span.anchor}" if span.anchor else f"the alias {span.text}"
            line = _line(self._original, anchors.place(read(self._original), root, span))
            self._fail(
                path, f"tagmatrix does not edit {named}; edit line {line} by hand: {what}", line
            )
        with suppress(ConfigError, blocks.LayoutError):
            text = splice(self.text, root)
            if _parse(text, self.file) == intended:
                self.text, self.tree = text, intended
                return
        self._fail(path, f"tagmatrix cannot edit the layout of these lines; {what} by hand")

    def _fail(self, path: ValuePath, message: str, line: int = 0) -> NoReturn:
        root, length = read(self.text), len(path)
        while (span := root.find(path[:length])) is None:
            length -= 1
        line = line or _line(self.text, span)
        raise EditError(f"{format_place(self.file, line)}: {format_path(path)}: {message}")


def _line(text: str, span: Span) -> int:
    return text.count("\n", 0, span.begin) + 1


def _parse(text: str, file: str) -> Tree:
    return trees.of_node(tree.read(text.encode(), file))
