"""Where an entry of a manifest comes from, for messages: lines of a text, or a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class EntryPlace(Protocol):
    """Where an entry comes from, for messages."""

    @property
    def origin(self) -> int | str:
        """The line where it begins, or the path of what is no text."""

    def line_of(self, field: str, item: str = "") -> int | None:
        """Return the line of a field, or of an item of it, if it has one."""


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """The path of a value, which has no lines: `entries[3]`."""

    origin: str

    def line_of(self, field: str, item: str = "") -> None:
        """Return None: there are no lines."""
