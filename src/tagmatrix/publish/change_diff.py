"""A change of a file as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.publish.file_changes import FileAction
from tagmatrix.util.unified_diffs import unified_diff

if TYPE_CHECKING:
    from tagmatrix.publish.file_changes import FileChange


def git_diff(change: FileChange) -> str:
    """Return a change as a unified diff, as git would print it.

    Of a binary file it only says that it differs: https://git-scm.com/docs/git-diff.
    """
    old = None if change.action is FileAction.CREATE else change.old
    new = None if change.action is FileAction.DELETE else change.new
    text = ""
    if any(content and b"\0" in content for content in (old, new)):
        if old != new:
            left = "/dev/null" if old is None else f"a/{change.path}"
            right = "/dev/null" if new is None else f"b/{change.path}"
            text = f"Binary files {left} and {right} differ\n"
    else:
        before, after = (
            None if content is None else content.decode(errors="replace") for content in (old, new)
        )
        text = unified_diff(before, after, change.path)
    names = f"diff --git a/{change.path} b/{change.path}\n"
    if change.action is FileAction.CREATE and change.executable:
        return f"{names}new file mode 100755\n{text}"
    if not change.other_mode:
        return text
    modes = ("100644", "100755") if change.executable else ("100755", "100644")
    return f"{names}old mode {modes[0]}\nnew mode {modes[1]}\n{text}"
