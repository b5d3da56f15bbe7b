"""Decide what upstream's list of versions changes for an axis that has a source. Pure but for it.

An axis has parts of versions: `8.4` of 8.4.12. Its values are the newest ones upstream, and the
guard judges what a value that drops out takes along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.editing import Put
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.util.wording import join_names
from tagmatrix.versions import is_final, parse
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagmatrix.config.model import AxisSource
    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer

PREFIX = "axes."
"""The beginning of the name of an axis's outcome."""
_NUMBERS: Final = re.compile(r"(?<![\d.])\d{1,9}(?:\.\d{1,9})*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedValues:
    """The values of an axis that upstream's list names, without those older than `min`.

    Attributes:
        values: those with a final version, newest first; and those of versions.yaml that the
            list names.
        blocked: the failure of each value that has an entry which can't be read.
    """

    values: tuple[str, ...]
    blocked: Mapping[str, FetchFailed]


def outcomes(name: str, axis: AxisSource, source: Source) -> list[CycleOutcome]:
    """Return the outcome for an axis, and one for each value that can't be looked up."""
    found = CycleOutcome(cycle=f"{PREFIX}{name}", ours=", ".join(axis.values))
    listed = listed_values(axis, source)
    if isinstance(listed, NotPublished):
        return [replace(found, failures=(f"{listed.what}: an axis needs a list of all versions",))]
    if isinstance(listed, FetchFailed):
        return [found.failed(listed)]
    failed = [
        CycleOutcome(cycle=f"{found.cycle} {value}", ours="").failed(failure)
        for value, failure in listed.value.blocked.items()
    ]
    return [_decided(name, axis, listed.value.values, found), *failed]


def _decided(
    name: str, axis: AxisSource, listed: Sequence[str], found: CycleOutcome
) -> CycleOutcome:
    """Return the outcome for an axis whose values upstream lists."""
    values = axis.values
    new = newest(axis, listed)
    if problem := alarm(axis, listed):
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


def listed_values(axis: AxisSource, source: Source) -> Answer[ListedValues]:
    """Return the values that upstream lists; NotPublished if it has no list of all versions.

    An entry that can't be read blocks its value only, by the rules for release cycles.
    """
    answer = source.listed_versions()
    if not isinstance(answer, Found):
        return answer
    texts = (*answer.value.versions, *answer.value.unread)
    names = {part for each in texts if (part := part_of(each, axis.values))}
    answers = {
        each: source.published(each)
        for each in sorted(names, key=_numbers, reverse=True)
        if each in axis.values or not is_newer(axis.min, each, "loose")
    }
    blocked = {each: found for each, found in answers.items() if isinstance(found, FetchFailed)}
    values = [
        each
        for each, found in answers.items()
        if (each in blocked and each in axis.values)
        or (isinstance(found, Found) and any(is_final(one.version, "loose") for one in found.value))
    ]
    return Found(ListedValues(values=tuple(values), blocked=blocked))


def part_of(text: str, ours: Sequence[str]) -> str:
    """Return the value that a version, or another text, names; "" if it has too few numbers.

    >>> part_of("8.4.12", ["8.5"]), part_of("php_8.6.0", ["8.5"]), part_of("9", ["8.5"])
    ('8.4', '8.6', '')
    """
    count = max((len(read.numbers) for each in ours if (read := parse(each, "loose"))), default=1)
    if read := parse(text, "loose"):
        return read.first_numbers(count)
    runs = (found[0].split(".") for found in _NUMBERS.finditer(text))
    return next((".".join(each[:count]) for each in runs if len(each) >= count), "")


def _numbers(value: str) -> tuple[int, ...]:
    read = parse(value, "loose")
    return read.numbers if read else ()


def newest(axis: AxisSource, listed: Iterable[str]) -> list[str]:
    """Return the values that the axis gets: the newest ones that are not older than `min`."""
    every = [each for each in listed if not is_newer(axis.min, each, "loose")]
    return every[: axis.newest or len(every)]


def alarm(axis: AxisSource, listed: Sequence[str]) -> str:
    """Return why a list can't be right: values are never lowered, and never vanish."""
    new = newest(axis, listed)
    if not new:
        return "upstream lists no value that `min` allows"
    if any(is_newer(each, new[0], "loose") for each in axis.values):
        return f"upstream's newest value is {new[0]} (it may have sent an old list)"
    gone = [each for each in axis.values if each not in listed]
    return f"upstream no longer lists {join_names(gone)}" if gone else ""


def _news(ours: Sequence[str], new: Sequence[str]) -> str:
    gained = [each for each in new if each not in ours]
    lost = [each for each in ours if each not in new]
    news = [f"gets {join_names(gained)}"] if gained else []
    news += [f"loses {join_names(lost)}"] if lost else []
    return " and ".join(news)
