"""Dates as versions.yaml, options and upstream write them: YYYY-MM-DD."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_YEARS: Final = range(1990, 2200)
"""The possible years of a release; outside of them, adding waiting days could overflow."""


def parse_date(text: str) -> dt.date:
    """Return a date.

    Raises ValueError, with a message, for any other form that ISO 8601 has.

    >>> parse_date("2026-10-31")
    datetime.date(2026, 10, 31)
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"invalid date {text!r}: expected YYYY-MM-DD")


def release_day(text: object) -> dt.date:
    """Return the day of a release, in UTC, from a date or a time of ISO 8601.

    Raises ValueError, with what the text is not.

    >>> release_day("2026-10-31T23:30:00-02:00")
    datetime.date(2026, 11, 1)
    """
    try:
        moment = dt.datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError("is not a date") from None
    if moment.year not in _YEARS:
        raise ValueError("is not a date of a release")
    return (moment.astimezone(dt.UTC) if moment.tzinfo else moment).date()


def has_ended(last_day: dt.date, as_of: dt.date) -> bool:
    """Return whether support has ended: an end of life is the last day of support.

    >>> has_ended(dt.date(2026, 10, 31), dt.date(2026, 10, 31))
    False
    """
    return last_day < as_of
