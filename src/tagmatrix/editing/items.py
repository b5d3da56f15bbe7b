"""Values with keys or numbered items: what the text and its meaning have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from tagmatrix.problems import ValuePath


class WithItems:
    """A value; a mapping and a list have items: pairs of a key (None in a list) and a value."""

    __slots__ = ()

    text: str
    items: tuple[tuple[Self | None, Self], ...]

    def index(self, part: str | int) -> int | None:
        """Return the number of the item that a part of a path names; None if there is none."""
        for number, (key, _) in enumerate(self.items):
            if part == (number if key is None else key.text):
                return number
        return None

    def find(self, path: ValuePath) -> Self | None:
        """Return the value at a path; None if there is none."""
        found = self
        for part in path:
            index = found.index(part)
            if index is None:
                return None
            found = found.items[index][1]
        return found
