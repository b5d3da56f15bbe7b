"""Phase and end of life of cycles: the PEPs' release-cycle data, or endoflife.date's.

https://peps.python.org/api/release-cycle.json is written by
https://github.com/python/peps/blob/main/release_management/serialize.py;
https://endoflife.date/api/python.json has the same facts in another shape.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.cycles import cycle_numbers
from tagmatrix.upstream.answers import FetchFailed, Found, NotPublished, UnreadableError
from tagmatrix.upstream.documents import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.upstream.answers import Answer
    from tagmatrix.upstream.client import Client

SECURITY: Final = "security"
END_OF_LIFE: Final = "end-of-life"
PHASES: Final = ("feature", "prerelease", "bugfix", SECURITY, END_OF_LIFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Where a cycle stands.

    Attributes:
        name: one of PHASES; from `security` on there are no installers.
        end_of_life: the last day; the last of a month where upstream names the month.
        release_manager: who makes the releases, if upstream says it.
    """

    name: str
    end_of_life: dt.date | None = None
    release_manager: str | None = None

    @property
    def source_only(self) -> bool:
        """Tell whether upstream publishes no installers any more."""
        return self.name in {SECURITY, END_OF_LIFE}


def phases(client: Client, url: str, as_of: dt.date) -> Answer[dict[str, Phase]]:
    """Fetch the phase of each cycle, by its numbers ("3.15"); see `reader`."""
    answer = client.get(url, reader(as_of))
    if isinstance(answer, NotPublished):
        return FetchFailed(f"{answer.what}; is `release_cycles` the right address?")
    return answer


def of_cycle(answer: Answer[dict[str, Phase]], cycle: str) -> Answer[Phase]:
    """Return the phase of one cycle."""
    if not isinstance(answer, Found):
        return answer
    name = ".".join(map(str, cycle_numbers(cycle)))
    if name in answer.value:
        return Found(answer.value[name])
    return NotPublished(f"the release-cycle data has no {name or cycle}")


def reader(as_of: dt.date) -> Callable[[bytes], dict[str, Phase]]:
    """Return a reader of the data in either shape.

    `as_of` is the day by which endoflife.date's days are judged; the PEPs name
    the phase themselves.
    """

    def read(body: bytes) -> dict[str, Phase]:
        value = read_json(body)
        try:
            if isinstance(value, dict):
                found = {name: _of_peps(entry) for name, entry in value.items()}
            else:
                found = {entry["cycle"]: _of_endoflife(entry, as_of) for entry in value}
        except (KeyError, TypeError, AttributeError):
            raise UnreadableError("JSON, but no release-cycle data") from None
        if not found:
            raise UnreadableError("release-cycle data without any cycle")
        return found

    return read


def _of_peps(entry: Mapping[str, Any]) -> Phase:
    name = entry["status"]
    if name not in PHASES:
        raise UnreadableError(f"the phase {name!r} is not known")
    manager = entry.get("release_manager")
    return Phase(
        name=name,
        end_of_life=last_day(entry["end_of_life"]),
        release_manager=manager if isinstance(manager, str) and manager else None,
    )


def _of_endoflife(entry: Mapping[str, Any], as_of: dt.date) -> Phase:
    end, support = entry["eol"], entry["support"]
    over = end if isinstance(end, bool) else last_day(end) < as_of
    supported = support if isinstance(support, bool) else last_day(support) >= as_of
    name = END_OF_LIFE if over else "bugfix" if supported else SECURITY
    return Phase(name=name, end_of_life=None if isinstance(end, bool) else last_day(end))


def last_day(text: str) -> dt.date:
    """Return the day of a date, or the last day of a month.

    >>> str(last_day("2031-10")), str(last_day("2024-10-07"))
    ('2031-10-31', '2024-10-07')
    """
    try:
        if match := re.fullmatch(r"(\d{4})-(\d\d)", text, re.ASCII):
            year, month = int(match[1]), int(match[2])
            return dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UnreadableError(f"{text!r} is no date") from None
