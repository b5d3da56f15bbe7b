"""Tags with the name of a suite are built from that suite."""

from __future__ import annotations

import pytest

from tests.manifest.checks.test_base_images import check

ENTRY = "Tags: 1-{0}, {0}\nArchitectures: amd64\nDirectory: x"


@pytest.mark.parametrize(
    ("suite", "base", "actual"),
    [
        ("alpine3.24", "alpine:3.24", ""),
        ("alpine3.24", "alpine:3.24.1", ""),
        ("alpine3.24", "alpine:3.23", "alpine3.23"),
        ("alpine3.24", "debian:trixie", "trixie"),
        ("slim-trixie", "debian:trixie-slim", ""),
        ("trixie", "debian:bookworm-slim", "bookworm"),
        ("noble", "ubuntu:jammy", "jammy"),
        ("trixie", "php:8-alpine3.24", "alpine3.24"),
        ("trixie", "debian:13", ""),
        ("alpine3.24", "alpine:edge", ""),
        ("latest", "debian:bookworm", ""),
    ],
)
def test_suites(suite: str, base: str, actual: str) -> None:
    """A finding names the suite of the tags and that of the base."""
    found = [text for rule, text in check(ENTRY.format(suite), base) if rule == "base-suite"]
    named = suite.removeprefix("slim-")
    wanted = f"its tags say {named}, but its base {base} is {actual}: change one of them"
    assert found == ([wanted] if actual else [])
