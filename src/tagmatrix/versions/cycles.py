"""The numbers of release cycles."""

from __future__ import annotations

import functools
import re
from typing import Final

_NUMBERS: Final = re.compile(
    r"[vV]?((?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?!\d)|\d+(?:\.\d+)*)", re.ASCII
)


@functools.cache  # each rule asks for each cycle
def cycle_numbers(cycle: str) -> tuple[int, ...]:
    """Return the numbers at the beginning of a cycle; an empty tuple if there are none.

    A month or a day after a year belongs to them: `2024-11`.

    >>> cycle_numbers("3.15-rc"), cycle_numbers("v2.11"), cycle_numbers("edge")
    ((3, 15), (2, 11), ())
    """
    text = numbers_text(cycle)
    return tuple(int(part) for part in re.split("[.-]", text)) if text else ()


def numbers_text(cycle: str) -> str:
    """Return the numbers at the beginning of a cycle as they are written, with their zeros.

    >>> numbers_text("24.04-rc"), numbers_text("edge")
    ('24.04', '')
    """
    match = _NUMBERS.match(cycle)
    return match[1] if match else ""
