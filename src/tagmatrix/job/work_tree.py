"""Refuse to run the scheduled job in a work tree with uncommitted changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix import config as configuration
from tagmatrix.errors import InputError
from tagmatrix.layout import ROOT, TEMPLATES, Layout

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.job.clone import Clone

_SHOWN: Final = 10
"""How many paths the error lists."""


def refuse_changes(clone: Clone, root: Path) -> None:
    """Raise InputError if a tracked file, or a file of the image, has uncommitted changes."""
    layout = _layout(root)
    status = ("status", "--porcelain", "-z", "--no-renames")
    lines = clone.read(*status, "--untracked-files=no").split("\0")
    own = [configuration.FILE, TEMPLATES, *(top for top in layout.roots if top != ROOT)]
    lines += clone.read(*status, "--untracked-files=all", "--", *own).split("\0")
    paths = list(dict.fromkeys(line[3:] for line in lines if line))
    if not paths:
        return
    shown = paths if len(paths) <= _SHOWN else [*paths[:_SHOWN], f"and {len(paths) - _SHOWN} more"]
    message = "the work tree has changes; commit or stash them, then run this again:"
    raise InputError("\n  ".join([message, *shown]))


def _layout(root: Path) -> Layout:
    """Return where generated files are; the usual layout if versions.yaml cannot be read."""
    try:
        return configuration.load(root).layout
    except InputError:
        return Layout()
