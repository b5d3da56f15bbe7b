"""The numbers of release cycles."""

from __future__ import annotations

import functools
import re


@functools.cache  # each rule asks for each cycle
def cycle_numbers(cycle: str) -> tuple[int, ...]:
    """Return the numbers at the beginning of a cycle; an empty tuple if there are none.

    A month or a day after a year belongs to them: `2024-11`.

    >>> cycle_numbers("3.15-rc"), cycle_numbers("v2.11"), cycle_numbers("edge")
    ((3, 15), (2, 11), ())
    """
    match = re.match(
        r"[vV]?((?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?!\d)|\d+(?:\.\d+)*)", cycle, re.ASCII
    )
    return tuple(int(part) for part in re.split("[.-]", match[1])) if match else ()
