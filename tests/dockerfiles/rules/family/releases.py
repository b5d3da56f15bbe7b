"""What is known of Python's releases, by their cycles."""

from __future__ import annotations

import functools
from typing import Any

from packaging.version import Version

from tests.facts import facts


@functools.cache
def releases() -> dict[str, dict[str, Any]]:
    """Return the facts of each cycle on a day."""
    return {one["cycle"]: one for one in facts("python-releases-2026-06-24")["releases"]}


def number(cycle: str) -> tuple[int, ...]:
    """Return the numbers of a cycle, with which cycles compare."""
    return Version(cycle.removesuffix("-rc")).release
