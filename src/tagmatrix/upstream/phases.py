"""Phase and end of life of cycles: the PEPs' release-cycle data, or endoflife.date's.

https://github.com/python/peps/blob/main/release_management/serialize.py writes
https://peps.python.org/api/release-cycle.json;
https://endoflife.date/api/python.json has the same facts in another format.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import reprlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tagmatrix.upstream.formats.structured import read_json
from tagmatrix.util.dates import has_ended, parse_date
from tagmatrix.versions import cycle_numbers
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

SECURITY: Final = "security"
END_OF_LIFE: Final = "end-of-life"
PHASES: Final = ("feature", "prerelease", "bugfix", SECURITY, END_OF_LIFE)
_LONGEST: Final = 200
"""The longest text of reasons in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """The phase of a cycle.

    Attributes:
        name: one of PHASES; from `security` on upstream publishes no installers:
            https://devguide.python.org/versions/
        end_of_life: the last day; the last day of the month if upstream names only a month.
        complete: whether upstream publishes all artifacts in every phase.
    """

    name: str
    end_of_life: dt.date | None = None
    complete: bool = False

    @property
    def source_only(self) -> bool:
        """Return whether upstream no longer publishes installers."""
        return not self.complete and self.name in {SECURITY, END_OF_LIFE}


CyclePhases: TypeAlias = dict[str, Found[Phase] | FetchFailed]
"""The phase of each cycle, by its numbers ("3.15"); one unreadable cycle does not affect others."""


def fetch_phases(client: Client, url: str, as_of: dt.date, fresh: float = 0) -> Answer[CyclePhases]:
    """Fetch the phase of each cycle; see `reader`, and `Client.get` for `fresh`."""
    answer = client.get(url, reader(as_of), fresh=fresh)
    if isinstance(answer, NotPublished):
        return FetchFailed(f"{answer.what}; is `release_cycles` the right address?")
    return answer


def phase_of(answer: Answer[CyclePhases], cycle: str) -> Answer[Phase]:
    """Return the phase of one cycle.

    A cycle that is newer than all listed ones may not be listed yet: NotPublished. Any other
    missing cycle is a FetchFailed.
    """
    if not isinstance(answer, Found):
        return answer
    numbers = cycle_numbers(cycle)
    name = ".".join(map(str, numbers))
    if name in answer.value:
        return answer.value[name]
    if not numbers or all(numbers > cycle_numbers(other) for other in answer.value):
        return NotPublished(f"the release-cycle data has no {name or cycle}")
    return FetchFailed(f"the release-cycle data does not list {name}")


def reader(as_of: dt.date) -> Callable[[bytes], CyclePhases]:
    """Return a reader of the data in either format.

    `as_of` is the reference date that turns endoflife.date's days into a phase; the PEPs
    name the phase themselves.
    """

    def read(body: bytes) -> CyclePhases:
        value = read_json(body)
        if isinstance(value, dict):
            found = {name: _taken(name, _of_peps, entry) for name, entry in value.items()}
        elif isinstance(value, list):
            found = {
                name: _taken(name, partial(_of_endoflife, as_of), entry)
                for entry in value
                if isinstance(entry, dict) and isinstance(name := entry.get("cycle"), str)
            }
        else:
            found = {}
        if not any(isinstance(each, Found) for each in found.values()):
            why = "; ".join(each.reason for each in found.values() if isinstance(each, FetchFailed))
            raise UnreadableError(f"JSON, but not release-cycle data{why and ': '}{why[:_LONGEST]}")
        return found

    return read


def _taken(
    cycle: str,
    of: Callable[[Mapping[str, Any]], Phase],
    entry: Any,  # noqa: ANN401 (JSON)
) -> Found[Phase] | FetchFailed:
    try:
        return Found(of(entry))
    except UnreadableError as error:
        why = str(error)
    except (KeyError, TypeError):
        why = "the entry has no phase and end of life"
    return FetchFailed(f"the release-cycle data of {reprlib.repr(cycle)[1:-1]}: {why}")


def _of_peps(entry: Mapping[str, Any]) -> Phase:
    name = entry["status"]
    if name not in PHASES:
        raise UnreadableError(f"unknown phase {reprlib.repr(name)}")
    return Phase(name=name, end_of_life=last_day(entry["end_of_life"]))


def _of_endoflife(as_of: dt.date, entry: Mapping[str, Any]) -> Phase:
    end, support = entry["eol"], entry["support"]
    over = end if isinstance(end, bool) else has_ended(last_day(end), as_of)
    supported = support if isinstance(support, bool) else last_day(support) >= as_of
    name = END_OF_LIFE if over else "bugfix" if supported else SECURITY
    return Phase(name=name, end_of_life=None if isinstance(end, bool) else last_day(end))


def end_of(source: str, cycle: str, end: Any, as_of: dt.date) -> Found[Phase] | FetchFailed:  # noqa: ANN401 (a value of a document)
    """Return the phase of a cycle of which a source has only the end: a day, or whether it ended.

    `source` is its name in messages.
    """
    try:
        day = None if end is None or isinstance(end, bool) else last_day(str(end)[:10])
    except UnreadableError as error:
        return FetchFailed(f"{source}: the end of {cycle}: {error}")
    over = end is True or (day is not None and has_ended(day, as_of))
    name = END_OF_LIFE if over else "supported"
    return Found(Phase(name=name, end_of_life=day, complete=True))


def last_day(text: str) -> dt.date:
    """Return the day of a date, or the last day of a month.

    >>> str(last_day("2031-10")), str(last_day("2024-10-07"))
    ('2031-10-31', '2024-10-07')
    """
    try:
        if match := re.fullmatch(r"(\d{4})-(\d\d)", text, re.ASCII):
            year, month = int(match[1]), int(match[2])
            return dt.date(year, month, calendar.monthrange(year, month)[1])
        return parse_date(text)
    except ValueError:
        raise UnreadableError(f"invalid date {reprlib.repr(text)}") from None
