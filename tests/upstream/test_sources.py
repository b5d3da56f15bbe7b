"""The table of sources."""

from __future__ import annotations

from tagmatrix.config.format.upstream import UPSTREAM
from tagmatrix.upstream.sources import SOURCES


def test_every_name_has_a_source() -> None:
    """The table has exactly the names that versions.yaml accepts."""
    schema = UPSTREAM.fields["name"].shape.schema()
    assert schema["enum"] == list(SOURCES)
