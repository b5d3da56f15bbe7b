"""What has to hold, and does not."""

from __future__ import annotations


class BrokenError(Exception):
    """Something does not hold that has to; the text says what."""


def hold(condition: object, what: str) -> None:
    """Raise BrokenError unless a condition holds."""
    if not condition:
        raise BrokenError(what)
