"""Decide what upstream's list of versions changes for an axis that has a source. Pure but for it.

An axis has parts of versions: `8.4` of 8.4.12. Its values are the newest ones upstream, and the
guard judges what a value that drops out takes along.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.config.model import Release
from tagmatrix.editing import Put
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.util.wording import join_names
from tagmatrix.versions import parse
from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config.model import AxisSource
    from tagmatrix.upstream.sources import Source

PREFIX = "axes."
"""The beginning of the name of an axis's outcome."""


def as_release(name: str, values: Sequence[str]) -> Release:
    """Return an axis as a release, whose version is the list of the values."""
    return Release(cycle=f"{PREFIX}{name}", version=", ".join(values), folder="", style="loose")


def outcome(name: str, axis: AxisSource, source: Source) -> CycleOutcome:
    """Return the outcome for an axis."""
    values = axis.values
    found = CycleOutcome(cycle=f"{PREFIX}{name}", ours=", ".join(values))
    answer = source.published(found.cycle)
    if isinstance(answer, FetchFailed):
        notes = (answer.reason,)
        return replace(found, alarms=notes) if answer.alarm else replace(found, failures=notes)
    if isinstance(answer, NotPublished):
        return replace(found, alarms=(f"{answer.what}; {name} keeps {found.ours}",))
    listed = parts((each.version for each in answer.value), values)
    new = allowed(axis, listed)
    new = new[: axis.newest or len(new)]
    if problem := alarm(values, listed, new):
        return replace(found, alarms=(f"{problem}; versions.yaml keeps {found.ours}",))
    if {*new} == {*values}:
        return replace(found, upstream=found.ours)
    if len(values) > 1 and is_newer(values[-1], values[0], "loose"):
        new.reverse()  # the file lists the oldest first
    return replace(
        found,
        upstream=", ".join(new),
        edits=(Put(("axes", name, "values"), new),),
        news=(_news(values, new),),
        step="tagmatrix update",
    )


def allowed(axis: AxisSource, listed: Iterable[str]) -> list[str]:
    """Return the values that are not older than `min`."""
    return [each for each in listed if not is_newer(axis.min, each, "loose")]


def parts(versions: Iterable[str], ours: Sequence[str]) -> list[str]:
    """Return the values that final versions have, newest first, with as many numbers as ours.

    >>> parts(["8.5.1", "8.5.0rc1", "8.4.12", "8.4.11", "9"], ["8.4"])
    ['8.5', '8.4']
    """
    count = max((len(read.numbers) for each in ours if (read := parse(each, "loose"))), default=1)
    reads = (parse(each, "loose") for each in versions)
    found = (each.first_numbers(count) for each in reads if each and each.is_final)
    return [*dict.fromkeys(filter(None, found))]


def alarm(ours: Sequence[str], listed: Sequence[str], new: Sequence[str]) -> str:
    """Return why a list can't be right: values are never lowered, and never vanish."""
    if not new:
        return "upstream lists no value that `min` allows"
    if any(is_newer(each, new[0], "loose") for each in ours):
        return f"upstream's newest value is {new[0]} (it may have sent an old list)"
    gone = [each for each in ours if each not in listed]
    return f"upstream no longer lists {join_names(gone)}" if gone else ""


def _news(ours: Sequence[str], new: Sequence[str]) -> str:
    gained = [each for each in new if each not in ours]
    lost = [each for each in ours if each not in new]
    news = [f"gets {join_names(gained)}"] if gained else []
    news += [f"loses {join_names(lost)}"] if lost else []
    return " and ".join(news)
