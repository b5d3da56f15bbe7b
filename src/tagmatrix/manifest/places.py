"""The place of a manifest's entry, for messages: a line of a text, or the path of a value."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class EntryPlace(Protocol):
    """The place of an entry, for messages."""

    @property
    def origin(self) -> int | str:
        """The line where the entry begins, or its path if it is not from a text."""

    def line_of(self, field: str, item: str = "") -> int | None:
        """Return the line of a field, or of one item of it; None if there is no line."""


class ValuePlace(NamedTuple):
    """The path of a value that has no lines: `entries[3]`."""

    origin: str

    def line_of(self, field: str, item: str = "") -> None:
        """Return None, because a value has no lines."""
