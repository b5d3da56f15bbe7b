"""Regular expressions of others: RE2, whose time is linear in the text."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def compiled(pattern: str) -> Any:  # noqa: ANN401 (re2 has no types)
    """Return a compiled regular expression. Raises ValueError if RE2 does not accept it."""
    import re2  # noqa: PLC0415 (slow, and few files have expressions)

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        raise ValueError(why.decode() if isinstance(why, bytes) else str(why)) from None
