"""A step of the scripts, and the images that need it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """A statement, the reason for it, and the traits of the images that have it.

    Outside of quotes, white space in `text` is one blank. A text that ends with … begins a command
    whose other words have rules of their own, and are not options unless it ends with -…; it has no
    redirections. `when` has traits: all must hold, and those after `!` must not.
    """

    text: str
    why: str
    when: str = ""

    def holds(self, traits: frozenset[str]) -> bool:
        """Return whether an image with these traits has the step."""
        return all(
            (word.removeprefix("!") in traits) is not word.startswith("!")
            for word in self.when.split()
        )

    def filled(self, final: str) -> Step:
        """Return the step for a release, given its version without the parts of a pre-release."""
        return replace(self, text=self.text.replace("{final}", final))
