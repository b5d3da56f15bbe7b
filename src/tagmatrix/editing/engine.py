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
        self.tree = _meaning(text, file)

    def take(self, edit: Edit) -> None:
        """Make an edit. Raises EditError, and then leaves the text unchanged."""
        if isinstance(edit, Put):
            self._put(edit)
        elif isinstance(edit, Remove):
            self._remove(edit.path, prune=edit.prune)
        else:
            self._rename(edit)

    def _put(self, edit: Put) -> None:
        path, value = self._to_what_is_there(edit.path, edit.value)
        old, new = trees.find(self.tree, path), trees.of_value(value)
        if old == new:
            return
        if (
            isinstance(old, trees.Entries)
            and trees.size(old)
            and isinstance(value, Mapping)
            and value
        ):
            self._put_each(path, old, value)
            return
        at = 0 if old is not None else self._position(edit, path)
        intended = trees.put(self.tree, path, new, at)

        def splice(text: str, root: Span) -> str:
            if old is None:
                return splices.insert(text, root, path, at, value)
            return splices.replace(text, root, path, value)

        what = f"write {flow(value)}"
        self._refuse_anchors(path, what, value=old is not None)
        self._change(intended, splice, path, what)

    def _put_each(self, path: ValuePath, old: trees.Entries, value: Mapping[str, Value]) -> None:
        for name, _ in old.pairs:
            if name.text not in value:
                self._remove((*path, name.text), prune=False)
        before: tuple[str, ...] = ()
        for key, inner in value.items():
            self._put(Put((*path, key), inner, after=before))
            before = (*before, key)

    def _to_what_is_there(self, path: ValuePath, value: Value) -> tuple[ValuePath, Value]:
        """Return the longest path whose parent exists, and the value to set there."""
        length = len(path)
        while length > 1:
            parent = trees.find(self.tree, path[: length - 1])
            if isinstance(parent, (trees.Items, trees.Entries)):
                break
            if parent is not None and parent != trees.NOTHING:
                self._fail(path, "the value around it is not a mapping or a list; fix the path")
            length -= 1
        for part in reversed(path[length:]):
            if not isinstance(part, str):
                self._fail(path, "this list does not exist; put the whole list")
            value = {part: value}
        return path[:length], value

    def _position(self, edit: Put, path: ValuePath) -> int:
        """Return the number of the entry before which a new one is inserted."""
        parent = trees.find(self.tree, path[:-1])
        part = path[-1] if path else ""
        if not isinstance(parent, trees.Entries):
            if not isinstance(parent, trees.Items) or part != len(parent.values):
                self._fail(
                    path, "invalid item number; the number of a new item is the list's length"
                )
            return int(part)
        if not isinstance(part, str):
            self._fail(path, "this is a mapping; name a key")
        if edit.before is not None and (index := parent.index_of(edit.before)) is not None:
            return index
        found = [index for key in edit.after if (index := parent.index_of(key)) is not None]
        return max(found) + 1 if found else trees.size(parent)

    def _remove(self, path: ValuePath, *, prune: bool) -> None:
        if not path or trees.find(self.tree, path) is None:
            return
        parent = trees.find(self.tree, path[:-1])
        last = parent is not None and trees.size(parent) == 1
        if last and prune and len(path) > 1:
            self._remove(path[:-1], prune=True)
            return
        if last and len(path) == 1:
            self._fail(path, "this would leave the file empty; delete the file instead")

        def splice(text: str, root: Span) -> str:
            around = splices.value_at(root, path[:-1])
            index = splices.number_of(around, path)
            if around.flow:
                return brackets.remove(text, around, index)
            if last:
                empty: Value = {} if isinstance(parent, trees.Entries) else []
                return splices.replace(text, root, path[:-1], empty)
            return blocks.remove(text, around, index)

        self._refuse_anchors(path, "remove it", key=True, value=True)
        self._change(trees.remove(self.tree, path), splice, path, "remove it")

    def _rename(self, edit: Rename) -> None:
        parent = trees.find(self.tree, edit.path[:-1])
        old = edit.path[-1]
        if not isinstance(parent, trees.Entries) or parent.index_of(str(old)) is None:
            self._fail(edit.path, "this key does not exist; fix the path")
        if edit.key == old:
            return
        if parent.index_of(edit.key) is not None:
            self._fail(edit.path, f'there is a "{shown(edit.key)}" already; choose another name')

        def splice(text: str, root: Span) -> str:
            around = splices.value_at(root, edit.path[:-1])
            key, _ = around.items[splices.number_of(around, edit.path)]
            if key is None:
                raise KeyError(edit.path)
            return brackets.replace(text, key, scalar(edit.key, key.style))

        intended = trees.rename(self.tree, edit.path, edit.key)
        what = f"rename it to {edit.key}"
        self._refuse_anchors(edit.path, what, key=True)
        self._change(intended, splice, edit.path, what)

    def _refuse_anchors(
        self, path: ValuePath, what: str, *, key: bool = False, value: bool = False
    ) -> None:
        root = read(self.text)
        span = anchors.touched(root, path, key=key, value=value)
        if span is not None:
            named = f"the anchor &{span.anchor}" if span.anchor else f"the alias {span.source}"
            line = _line(self._original, anchors.place(read(self._original), root, span))
            self._fail(path, f"{named} is not edited; edit line {line} by hand: {what}", line)

    def _change(
        self, intended: Tree, splice: Callable[[str, Span], str], path: ValuePath, what: str
    ) -> None:
        """Accept the new text only if it means exactly what is intended."""
        with suppress(ConfigError, blocks.LayoutError):
            text = splice(self.text, read(self.text))
            if _meaning(text, self.file) == intended:
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


def _meaning(text: str, file: str) -> Tree:
    return trees.of_node(tree.read(text.encode(), file))
