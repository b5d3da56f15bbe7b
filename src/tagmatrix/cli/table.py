"""Tables for a terminal: aligned, and no wider than it is."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.output import colour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP: Final = "  "
NARROWEST: Final = 12
"""A column that has to give way keeps so many characters."""


def width() -> int | None:
    """Return how wide the terminal is; None where the output is no terminal."""
    if not sys.stdout.isatty():
        return None
    return shutil.get_terminal_size().columns if os.environ.get("TERM") != "dumb" else None


def table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    limit: int | None,
    colours: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the lines of a table.

    Args:
        titles: one for each column.
        rows: cells, as many as there are titles.
        limit: how wide a line may be: then the last columns give way, with an
            ellipsis. None for any width.
        colours: the colour of a cell that says exactly this.

    >>> table(["TAG", "VERSION"], [["3-slim", "3.14.6"]], limit=None)
    ['TAG     VERSION', '3-slim  3.14.6']
    """
    lines = [titles, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    if limit is not None:
        widths = _narrowed(widths, limit)
    return [_line(titles, widths, {}), *(_line(row, widths, colours or {}) for row in rows)]


def _narrowed(widths: Sequence[int], limit: int) -> list[int]:
    """Take from the columns, the last one first, what is too much."""
    narrowed = list(widths)
    for column in reversed(range(len(narrowed))):
        excess = sum(narrowed) + len(GAP) * (len(narrowed) - 1) - limit
        if excess > 0:
            narrowed[column] = max(min(NARROWEST, narrowed[column]), narrowed[column] - excess)
    return narrowed


def _line(cells: Sequence[str], widths: Sequence[int], colours: Mapping[str, str]) -> str:
    parts = []
    for cell, space in zip(cells, widths, strict=True):
        shown = cell if len(cell) <= space else f"{cell[: space - 1]}…"
        padding = " " * (space - len(shown))
        name = colours.get(cell)
        parts.append((colour(shown, name, sys.stdout) if name else shown) + padding)
    return GAP.join(parts).rstrip()


def wrapped(label: str, text: str, *, indent: int, limit: int | None) -> list[str]:
    """Return a label and a text beside it, its lines no wider than the limit.

    >>> wrapped("base", "debian:trixie-slim", indent=8, limit=None)
    ['base    debian:trixie-slim']
    """
    import textwrap  # noqa: PLC0415 (only where there is something to wrap)

    if limit is None or len(text) + indent <= limit:
        return [f"{label:<{indent}}{text}"]
    # Names are whole words here: one that is cut in two can't be copied.
    lines = textwrap.wrap(
        text, max(limit - indent, 20), break_long_words=False, break_on_hyphens=False
    )
    return [f"{label if not number else '':<{indent}}{line}" for number, line in enumerate(lines)]
