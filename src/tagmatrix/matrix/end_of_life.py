"""Warnings about the end of life of releases and suites; the caller gives the date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tagmatrix.problems import Problem
from tagmatrix.util.dates import has_ended

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tagmatrix.config import Config
    from tagmatrix.problems import ValuePath

NOTICE: Final = timedelta(days=90)
"""Warn this long before the end of life."""


def warnings(config: Config, as_of: dt.date) -> list[Problem]:
    """Return a warning for each release and suite at or near its end of life on a date."""
    return [
        Problem((*path, "end_of_life"), message, config.place((*path, "end_of_life")))
        for path, message in _ends(config, as_of)
    ]


def _ends(config: Config, as_of: dt.date) -> Iterator[tuple[ValuePath, str]]:
    for release in config.releases:
        path: ValuePath = ("releases", release.cycle)
        if says := when(release.end_of_life, as_of, "retire it: delete its block"):
            yield path, f"{release.cycle} {says}"
    for name, suite in config.suites.items():
        if says := when(suite.end_of_life, as_of, "drop it: delete its line"):
            yield ("suites", name), f"{name} {says}"


def when(end: dt.date | None, as_of: dt.date, remedy: str) -> str:
    """Return a clause about an end of life, as of a date; empty if it is far away or not known."""
    if end is None or end - as_of > NOTICE:
        return ""
    if has_ended(end, as_of):
        return f"reached its end of life on {end}; {remedy}"
    return f"is supported until {end}; after that, {remedy}"
