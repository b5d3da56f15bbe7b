"""Words that are made of characters."""

from __future__ import annotations

from msgspec import Struct, field

from tagmatrix.dockerfile.blanks import SPACE


class WordBuilder(Struct):
    """Collects words from characters."""

    found: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add text in which white space ends a word."""
        for character in text:
            if character not in SPACE:
                self.current.append(character)
            elif self.current:
                self.end()

    def add_raw(self, text: str) -> None:
        """Add text that belongs to one word."""
        if text:
            self.current.append(text)

    def end(self) -> list[str]:
        """End the current word, and return all words."""
        if self.current:
            self.found.append("".join(self.current))
            self.current.clear()
        return self.found
