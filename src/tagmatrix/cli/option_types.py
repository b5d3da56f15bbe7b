"""Types of options that several commands have."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tagmatrix.util.dates import parse_date

if TYPE_CHECKING:
    import datetime as dt


def date(text: str) -> dt.date:
    """Return the date that an option names."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
