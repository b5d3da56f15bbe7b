"""Edit the text of versions.yaml, and only the lines that have to change.

    text = edit(text, [
        Put(("releases", "3.14", "version"), "3.14.7"),
        Put(("releases", "3.14", "sha256", "source"), "ab…"),
        Remove(("releases", "3.10")),
        Rename(("releases", "3.15-rc"), "3.15"),
    ])

Comments, order, quotes, blank lines, line endings and layout stay byte for byte.
A new key has the layout of its neighbours. The editor reads every new text again
and returns it only if it means exactly what the edits intend. It works on text and
reads and writes no files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config import FILE
from tagmatrix.editing.editor import Editor
from tagmatrix.editing.edits import Edit, EditError, Put, Remove, Rename
from tagmatrix.editing.yaml_text import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Edit", "EditError", "Put", "Remove", "Rename", "Value", "edit"]


def edit(text: str, edits: Iterable[Edit], file: str = FILE) -> str:
    """Return the text of a YAML file with edits made, one after the other.

    Args:
        text: the file's text, its line endings as they are.
        edits: the changes; a path refers to the text after the previous edits.
        file: the file's name in messages.

    Raises:
        ConfigError: the loader refuses the text (a second document, a BOM, invalid YAML).
        EditError: an edit is not possible, or its path is wrong; then no edit is made.
    """
    editor = Editor(text, file)
    for one in edits:
        editor.take(one)
    return editor.text
