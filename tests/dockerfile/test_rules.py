"""What COPY and ADD take from the build context."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.rules import copied_paths


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("COPY a b /x/", ("a", "b")),
        ('COPY ["a b", "/x"]', ("a b",)),
        ("COPY --chmod=755 a /x", ("a",)),
        ("COPY --from=y a /x", ()),
        ("ADD https://example.org/a git@example.org:a.git b /x/", ("b",)),
        ("COPY https://example.org/a /x", ("https://example.org/a",)),
        ("COPY <<EOF a /x/\nb\nEOF", ("a",)),
        ("COPY $A /x", ("$A",)),
        ("RUN cp a b", ()),
    ],
)
def test_copied_paths(line: str, paths: tuple[str, ...]) -> None:
    """Addresses, here-documents and other stages are not in the build context."""
    (instruction,) = parse(line).instructions
    assert copied_paths(instruction) == paths
