"""The error for a check of the simulation that fails."""

from __future__ import annotations


class BrokenError(Exception):
    """A check failed; the text describes it."""


def hold(condition: object, what: str) -> None:
    """Raise BrokenError unless a condition holds."""
    if not condition:
        raise BrokenError(what)
