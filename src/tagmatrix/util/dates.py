"""Dates as versions.yaml, options and upstream write them: YYYY-MM-DD."""

from __future__ import annotations

import datetime as dt
import re


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


def has_ended(last_day: dt.date, as_of: dt.date) -> bool:
    """Return whether support has ended: an end of life is the last day of support.

    >>> has_ended(dt.date(2026, 10, 31), dt.date(2026, 10, 31))
    False
    """
    return last_day < as_of
