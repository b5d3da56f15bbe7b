"""Patterns of .dockerignore mean what they mean to Docker."""

from __future__ import annotations

import pytest

from tagmatrix.app import ignore


@pytest.mark.parametrize(
    ("rules", "path", "hidden"),
    [
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/README.md", True),
        ("**/*.md", "README.md", True),
        ("docs", "docs/a/b.txt", True),
        ("docs/", "docs/a", True),
        ("/docs", "docs/a", True),
        ("docs/*", "docs/a", True),
        ("*\n!keep.txt", "keep.txt", False),
        ("*\n!keep.txt", "other.txt", True),
        ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab].txt", "b.txt", True),
        ("[^ab].txt", "c.txt", True),
        ("[z", "[z", True),
        ("# a comment\n\n  a  ", "a", True),
        (r"\*.md", "*.md", True),
        (r"\*.md", "a.md", False),
        ("**", "a/b", True),
    ],
)
def test_hides(rules: str, path: str, *, hidden: bool) -> None:
    """A pattern hides what Docker leaves out, and the last match decides."""
    assert ignore.hides(ignore.patterns(rules), path) is hidden
