"""The date of a build in a tag or an alias, such as `bookworm-20260803-slim`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.versions import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.versions import Version

_DATE: Final = (
    r"(?P<date>(?:19|20)\d\d"
    r"(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\.\d+)*|-(?:0[1-9]|1[0-2])-\d\d))"
)
_IN_TAG: Final = re.compile(rf"^(?P<before>.+?)-{_DATE}(?=-|$)")
_AT_END: Final = re.compile(rf"^(?:(?P<before>.+)-)?{_DATE}$")


class Dated(NamedTuple):
    """A tag with the date of a build: the words before it, the date, and the words after it."""

    before: str
    date: str
    rest: str

    @property
    def undated(self) -> str:
        """Return the tag without the date."""
        return f"{self.before}-{self.rest}" if self.rest else self.before


@lru_cache(maxsize=8192)
def split_date(tag: str) -> Dated | None:
    """Return the parts of a tag with the date of a build; None if it has none.

    A date at the beginning, or right after a version, belongs to the version.

    >>> split_date("bookworm-20260803-slim")
    Dated(before='bookworm', date='20260803', rest='slim')
    >>> split_date("20260805"), split_date("5.0-20260803"), split_date("3.14")
    (None, None, None)
    """
    match = _IN_TAG.search(tag)
    if match is None or parse(match["before"], "loose"):
        return None
    return Dated(match["before"], match["date"], tag[match.end() + 1 :])


def split_alias(alias: str) -> tuple[str, str]:
    """Return the words before the date at the end of an alias, and the date; both may be empty.

    >>> split_alias("noble-20260801"), split_alias("9-20260801"), split_alias("20260801")
    (('noble', '20260801'), ('9', '20260801'), ('', '20260801'))
    >>> split_alias("9.6")
    ('9.6', '')
    """
    match = _AT_END.match(alias)
    return (match["before"] or "", match["date"]) if match else (alias, "")


def build_date(aliases: Iterable[str], version: Version | None) -> Version | None:
    """Return the most recent date of a build that aliases have beside the version of an image.

    Nothing of an image without a version is compared. A version may have the date itself.

    >>> from tagmatrix.versions import parse
    >>> str(build_date(["noble-20260801", "noble"], parse("24.04", "loose")))
    '20260801'
    """
    if version is None or version.scheme == "date":
        return None
    dates = {split_alias(alias)[1] for alias in aliases}
    return most_recent(date for date in dates if date and date not in version.tag)


def most_recent(texts: Iterable[str]) -> Version | None:
    """Return the latest of some dates; None if there are none."""
    dates = [version for text in texts if (version := parse(text, "loose"))]
    return max(dates, key=lambda date: date.key, default=None)
