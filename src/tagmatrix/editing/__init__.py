"""Edit the text of versions.yaml: only the lines that have to change.

    text = edit(text, [
        Put(("releases", "3.14", "version"), "3.14.7"),
        Put(("releases", "3.14", "sha256", "source"), "ab…"),
        Remove(("releases", "3.10")),
        Rename(("releases", "3.15-rc"), "3.15"),
    ])

Comments, order, quotes, blank lines, line endings and layout stay byte for byte.
A new key is laid out like those beside it. Every new text is read again and has
to mean exactly what was wanted; a wrong one is never returned. This is pure:
text in, text out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config import FILE
from tagmatrix.editing.edits import Edit, EditError, Put, Remove, Rename
from tagmatrix.editing.engine import Editor
from tagmatrix.editing.yaml_text import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Edit", "EditError", "Put", "Remove", "Rename", "Value", "edit"]


def edit(text: str, edits: Iterable[Edit], file: str = FILE) -> str:
    """Return the text of a YAML file with edits made, one after the other.

    Args:
        text: the file's text, its line endings as they are.
        edits: what to change; a path means what stands there after the edits before.
        file: the file's name in messages.

    Raises:
        ConfigError: the loader does not read the text (another document, a BOM, no YAML).
        EditError: an edit can't be made, or the path is wrong; nothing is half done.
    """
    editor = Editor(text, file)
    for one in edits:
        editor.take(one)
    return editor.text
