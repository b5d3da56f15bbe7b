"""Small manifests that the tests share."""

from __future__ import annotations

HEAD = "Maintainers: A B <a@b.c> (@ab)\nGitRepo: https://x/y.git\n"
A40 = "a" * 40
B40 = "b" * 40
ENTRY = f"Tags: 1\nGitCommit: {A40}\n"
OTHER = f"Tags: 2\nGitCommit: {B40}\n"


def manifest(*entries: str, head: str = "") -> str:
    """Return the text of a manifest with more fields in its head, and these entries."""
    return "\n".join([HEAD + head, *entries])
