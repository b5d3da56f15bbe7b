"""Print tables that fit the terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.output import colour, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GAP: Final = "  "
NARROWEST: Final = 12
"""The minimum width of a narrowed column."""


def width() -> int | None:
    """Return the width of the terminal; None if the output is not a terminal."""
    if not sys.stdout.isatty():
        return None
    import shutil  # noqa: PLC0415 (it loads four libraries of compression)

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
        limit: the maximum width of a line, or None. The last columns are cut first, with an
            ellipsis.
        colours: the colours of cells by their exact text.

    >>> table(["TAG", "VERSION"], [["3-slim", "3.14.6"]], limit=None)
    ['TAG     VERSION', '3-slim  3.14.6']
    """
    lines = [titles, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    if limit is not None:
        widths = _narrowed(widths, limit)
    return [_line(titles, widths, {}), *(_line(row, widths, colours or {}) for row in rows)]


def say_table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    colours: Mapping[str, str] | None = None,
) -> None:
    """Print a table, as wide as the terminal; see `table`."""
    say("\n".join(table(titles, rows, limit=width(), colours=colours)))


def _narrowed(widths: Sequence[int], limit: int) -> list[int]:
    """Return the widths of columns that fit the limit; narrow the last column first."""
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
    """Return a label and a text beside it, in lines that fit the limit.

    >>> wrapped("base", "debian:trixie-slim", indent=8, limit=None)
    ['base    debian:trixie-slim']
    """
    import textwrap  # noqa: PLC0415 (only long texts need it)

    label = f"{label:<{indent}}"
    if limit is None or len(text) + indent <= limit:
        return [label + text]
    return textwrap.wrap(
        text,
        max(limit, indent + 20),
        initial_indent=label,
        subsequent_indent=" " * indent,
        break_long_words=False,  # readers copy names
        break_on_hyphens=False,
    )
