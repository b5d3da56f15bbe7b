"""What one rendering may take: steps, characters, and no number or text without a bound.

Every limit is counted, not measured, so that a template is refused on each machine alike.
"""

from __future__ import annotations

from typing import Any, Final

import jinja2
from jinja2.exceptions import SecurityError

MAX_OUTPUT: Final = 1024 * 1024
"""The longest text of a file, and of a value in a template."""
MAX_STEPS: Final = 1_000_000
MAX_CHARACTERS: Final = 16 * MAX_OUTPUT
"""How many characters the texts have that one rendering makes or reads, all together."""
MAX_WIDTH: Final = 10_000
"""The largest number for a width, a precision or a length of lines."""
_MAX_INTEGER: Final = 2**63
_PLAIN: Final = (str, int, float, type(None), jinja2.Undefined)
_CONTAINERS: Final = (list, tuple, set, frozenset)


class Budget:
    """Counts the work of one rendering. Its methods raise SecurityError beyond a limit."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin a rendering."""
        self._steps = self._characters = 0

    def step(self, count: int = 1) -> None:
        """Count steps: turns of loops, calls, items of lists."""
        self._steps += count
        if self._steps > MAX_STEPS:
            raise SecurityError(f"it takes more than {MAX_STEPS:,} steps; shorten its loops")

    def text(self, length: int) -> None:
        """Count a text by its length, before it is made where that is possible."""
        if length > MAX_OUTPUT:
            raise SecurityError(f"a text has more than {MAX_OUTPUT:,} characters; shorten it")
        self._add(length)

    def _add(self, length: int) -> None:
        self._characters += length
        if self._characters > MAX_CHARACTERS:
            raise SecurityError(
                f"its texts have more than {MAX_CHARACTERS:,} characters; shorten its loops"
            )

    def width(self, number: object) -> None:
        """Check a number that a text or a list may become as long as."""
        if isinstance(number, int) and abs(number) > MAX_WIDTH:
            raise SecurityError(f"a number is too large here; the limit is {MAX_WIDTH:,}")

    def result(self, value: Any) -> Any:  # noqa: ANN401 (whatever a template computes)
        """Count and return the result of a filter, an operator or a call."""
        if isinstance(value, str):
            self.text(len(value))
        elif isinstance(value, (int, float)):
            self.number(value)
        elif isinstance(value, (*_CONTAINERS, dict)):
            self.step(len(value))
        return value

    def number(self, value: float) -> None:
        """Check a number of a template: `%d` prints all digits of a large one."""
        if value < -_MAX_INTEGER or value >= _MAX_INTEGER:
            raise SecurityError("a number has more than 64 bits")

    def weighed(self, value: Any) -> Any:  # noqa: ANN401 (the same)
        """Count all that a value contains, and return it."""
        self.weigh(value)
        return value

    def weigh(self, value: object, *, plain: bool = False) -> None:
        """Count all that a value contains, because to compare or to print it takes as long.

        If `plain` is set, refuse a value whose text would contain the address of an object.
        """
        if isinstance(value, str):
            self.text(len(value))
        elif isinstance(value, (*_CONTAINERS, dict)):
            self.step(len(value) + 1)
            length = 0
            for item in (*value, *value.values()) if isinstance(value, dict) else value:
                if type(item) is str and len(item) <= MAX_OUTPUT:  # nearly all, so without a call
                    length += len(item)
                else:
                    self.weigh(item, plain=plain)
            self._add(length)
        elif isinstance(value, (int, float)):
            self.number(value)
        elif isinstance(value, range):
            self.step(len(value))
        elif plain and not isinstance(value, _PLAIN):
            raise SecurityError(
                f"this makes a text of a {type(value).__name__}: expected a text or a number"
            )
