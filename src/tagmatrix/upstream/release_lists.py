"""The releases of a cycle in a described list, and what can't be read of it. Pure."""

from __future__ import annotations

import re
from functools import cmp_to_key, partial
from typing import TYPE_CHECKING, Final

from tagmatrix.config.format import version_shape
from tagmatrix.upstream.release_order import (
    ListedVersions,
    UpstreamRelease,
    is_for_prereleases,
    is_outdone,
)
from tagmatrix.upstream.unread import newer
from tagmatrix.util.dates import release_day
from tagmatrix.util.wording import counted, few, join_names, shortened
from tagmatrix.versions import cycle_numbers, is_final, parse
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tagmatrix.upstream.rows import Rows
    from tagmatrix.versions import Style
    from tagmatrix.web.answers import Answer

_TAKES_ONE: Final = "`match` or `strip` takes one out of a text"
_NOT_A_VERSION: Final = f"it is not a version; {_TAKES_ONE}"
_NAMES: Final = 3
"""How many names of a list a message shows."""
_LONGEST: Final = 60
"""How long each of them may be."""


def releases(
    listed: Rows, cycle: str, style: Style, source: str
) -> Answer[tuple[UpstreamRelease, ...]]:
    """Return the releases of a cycle, newest first.

    An entry that can't be read, and may be the newest of the cycle, is a failure.

    Args:
        listed: the rows of the list.
        cycle: the cycle.
        style: the style of versions.
        source: the name of the upstream.
    """
    read = _whole(listed, cycle, style, source)
    if isinstance(read, FetchFailed):
        return read
    found, broken = read
    complete = [each for version, each in found.items() if version not in broken]
    answer = newest_first(complete, broken, cycle, style, source)
    if isinstance(answer, FetchFailed):
        return answer
    newest = answer.value if isinstance(answer, Found) else ()
    if unread := _unread(listed, cycle, newest, style):
        return FetchFailed(f"{source}'s list of releases: {unread}")
    if isinstance(answer, NotPublished):
        return NotPublished(f"{answer.what}; it has {_texts(listed)}")
    return answer


def versions(listed: Rows, style: Style, source: str) -> Answer[ListedVersions]:
    """Return the versions of all cycles; a list that can't be one is a failure."""
    read = _whole(listed, "", style, source)
    if isinstance(read, FetchFailed):
        return read
    return Found(ListedVersions(tuple(str(row["version"]) for row in listed.taken), listed.unread))


def _whole(
    listed: Rows, cycle: str, style: Style, source: str
) -> tuple[dict[str, UpstreamRelease], dict[str, str]] | FetchFailed:
    """Return what `_read` returns; a failure if a list has no version that can be read."""
    for row in listed.taken:
        if "version" not in row:
            return FetchFailed(
                f"{source}: an entry of the list has no `version`, but {join_names([*row])}: name "
                "the entries with `each` in `releases`, and the value with `take`"
            )
    if not listed.taken:
        return FetchFailed(f"{source}: {_nothing_taken(listed)}")
    found, broken = _read(listed, cycle, style)
    if {str(row["version"]) for row in listed.taken} <= {*broken}:
        if {*broken.values()} == {_NOT_A_VERSION}:
            count = counted(len(listed.taken), "name")
            what = f"the list has {count} and no version: {_texts(listed)}; {_TAKES_ONE}"
            return FetchFailed(f"{source}: {what}")
        first, why = next(iter(broken.items()))
        return FetchFailed(f"{source}: no entry of the list can be read: {shown(first)}: {why}")
    return found, broken


def _nothing_taken(listed: Rows) -> str:
    """Return why a list has no version, with some names that it has."""
    if not listed.ignored:
        return "the list is empty"
    by_match, every = len(listed.unread), len(listed.ignored)
    keys = "`match` takes" if by_match == every else "`where` and `match` take"
    keys = keys if by_match else "`where` takes"
    names = few([shown(shortened(name, _LONGEST)) for name, _ in listed.ignored], _NAMES)
    return f"the list has {counted(every, 'name')} ({names}), and {keys} none"


def _texts(listed: Rows) -> str:
    """Return some versions of a list, each with the text that `match` or `strip` takes it of."""
    texts = dict.fromkeys(
        (str(row["version"]), str(row.get("listed", row["version"]))) for row in listed.taken
    )
    return few(
        [
            shown(text) if version == text != "" else f'"{shown(version)}" of "{shown(text)}"'
            for version, text in texts
        ],
        _NAMES,
    )


def newest_first(
    complete: Iterable[UpstreamRelease],
    broken: Mapping[str, str],
    cycle: str,
    style: Style,
    source: str,
    product: str = "",
) -> Answer[tuple[UpstreamRelease, ...]]:
    """Return the releases of a cycle, newest first.

    Args:
        complete: these releases.
        broken: the problem of each text in place of a version that can't be read, of any cycle.
        cycle: the cycle.
        style: the style of versions.
        source: the name of the upstream.
        product: the words before a version in messages.
    """
    compare = cmp_to_key(partial(_compare, style=style))
    found = tuple(sorted(complete, key=compare, reverse=True))
    for version, why in broken.items():
        if _concerns(version, cycle) and not is_outdone(version, cycle, found, style):
            return FetchFailed(f"{source}'s list of releases: {product}{shown(version)}: {why}")
    return Found(found) if found else NotPublished(f"{source} lists no release of {cycle}")


def _read(
    listed: Rows, cycle: str, style: Style
) -> tuple[dict[str, UpstreamRelease], dict[str, str]]:
    """Return the releases of a cycle by version, and the problem of each broken entry."""
    found: dict[str, UpstreamRelease] = {}
    broken: dict[str, str] = {}
    for row in listed.taken:
        version = str(row.get("version", ""))
        read = parse(version, style) if version_shape(style).fits(version) else None
        if read is None:
            broken[version] = _NOT_A_VERSION
            continue
        if not read.belongs_to(cycle):
            continue
        day = _day(row.get("date"))
        if isinstance(day, str):
            broken[version] = day
            continue
        release = UpstreamRelease(version, day, 0, str(row.get("listed", version)))
        if (known := found.setdefault(version, release)) != release:
            broken[version] = f"the list has it as of {known.day} and of {day}"
    return found, broken


def _unread(listed: Rows, cycle: str, found: tuple[UpstreamRelease, ...], style: Style) -> str:
    """Return a problem if `match` does not match what names a newer version; else ""."""
    versions = (each.version for each in found)
    if not is_for_prereleases(cycle):
        versions = (each for each in versions if is_final(each, style))
    newest = next(versions, "")
    text = newer(listed.unread, cycle, newest, style)
    than = f" newer than {newest}" if newest else ""
    return text and (
        f"{shown(text)} names a version of {cycle}{than}, and `match` does not match it: change "
        "`match`, or ignore it with `where`"
    )


def _concerns(version: str, cycle: str) -> bool:
    """Return whether a text may be a version of a cycle.

    >>> _concerns("1.26.2 (security)", "1.26"), _concerns("1.260", "1.26")
    (True, False)
    >>> _concerns("24.04.1 LTS", "24.04")
    True
    """
    numbers = r"\D0*".join(map(str, cycle_numbers(cycle)))
    return bool(re.search(rf"(?<!\d){numbers}(?!\d)", version))


def _compare(one: UpstreamRelease, other: UpstreamRelease, style: Style) -> int:
    first, second = parse(one.version, style), parse(other.version, style)
    return (first.compare(second) if first and second else None) or 0


def _day(value: object) -> dt.date | str | None:
    """Return a day; a problem if the value is not a date; None without one."""
    if value is None or value == "":
        return None
    try:
        return release_day(value)
    except ValueError as error:
        return f"its date {error}: {shown(str(value))}"
