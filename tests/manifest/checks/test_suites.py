"""Tags with the name of a suite are built from that suite."""

from __future__ import annotations

import pytest

from tests.manifest.checks.test_base_images import check

ENTRY = "Tags: 1-{0}, {0}\nArchitectures: amd64\nDirectory: x"


@pytest.mark.parametrize(
    ("suite", "base", "wrong"),
    [
        ("alpine3.24", "alpine:3.24", False),
        ("alpine3.24", "alpine:3.24.1", False),
        ("alpine3.24", "alpine:3.23", True),
        ("alpine3.24", "debian:trixie", True),
        ("slim-trixie", "debian:trixie-slim", False),
        ("trixie", "debian:bookworm-slim", True),
        ("noble", "ubuntu:jammy", True),
        ("trixie", "php:8-alpine3.24", True),
        ("trixie", "debian:13", False),
        ("alpine3.24", "alpine:edge", False),
        ("latest", "debian:bookworm", False),
    ],
)
def test_suites(suite: str, base: str, wrong: bool) -> None:  # noqa: FBT001 (a table)
    """A tag with another suite than that of the base is found, with the base."""
    found = [text for rule, text in check(ENTRY.format(suite), base) if rule == "base-suite"]
    advice = (
        f"names another base system than its base {base} has: "
        "rename the tag, or choose another base"
    )
    assert found == [advice] * wrong
