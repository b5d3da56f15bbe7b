"""The values of the placeholders in a description, for a cycle or a version. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.versions import cycle_numbers, final_version, parse

if TYPE_CHECKING:
    from tagmatrix.versions import Style


def of_cycle(cycle: str, project: str) -> dict[str, str]:
    """Return the values for a cycle of a project.

    >>> of_cycle("3.15-rc", "tool")
    {'cycle': '3.15', 'project': 'tool'}
    """
    return {"cycle": ".".join(map(str, cycle_numbers(cycle))) or cycle, "project": project}


def of_version(version: str, listed: str, style: Style) -> dict[str, str]:
    """Return the values for a version; `listed` is how upstream writes it, "" if as here.

    >>> of_version("3.15.0rc1", "v3.15.0rc1", "pep440")["final"]
    '3.15.0'
    """
    read = parse(version, style)
    numbers = read.numbers if read else ()
    return {
        "version": version,
        "listed": listed or version,
        "final": final_version(version, style),
        "major": str(numbers[0]) if numbers else version,
        "minor": ".".join(map(str, numbers[:2])) or version,
    }
