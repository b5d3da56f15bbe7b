"""A calendar of the ends of support: https://www.rfc-editor.org/rfc/rfc5545."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.site.page_data import Lifespan, Site

_PATH: Final = "ends.ics"
_LONGEST: Final = 75
"""The most bytes of a line."""


def path(site: Site) -> str:
    """Return the path of the calendar; empty if there is no end that it could have."""
    spans = (*site.family.cycles, *site.family.suites)
    return _PATH if any(span.end for span in spans) else ""


def file(site: Site) -> bytes:
    """Return the calendar: an event for the last day of each cycle and suite."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tagmatrix//tagmatrix//EN"]
    lines.append(_text("X-WR-CALNAME", f"{site.family.name}: end of life"))
    for kind, spans in (("cycle", site.family.cycles), ("suite", site.family.suites)):
        for span in spans:
            lines += _event(site, kind, span)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(site: Site, kind: str, span: Lifespan) -> Iterator[str]:
    if span.end is None:
        return
    name = site.family.name
    key = f"tagmatrix:{name}:{kind}:{span.name}"
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, key)}"
    yield f"DTSTAMP:{site.updated:%Y%m%dT%H%M%SZ}"
    day = span.end.isoformat().replace("-", "")  # the year always has four digits
    yield f"DTSTART;VALUE=DATE:{day}"  # without an end, an event is one day long
    what = f"{name} {span.name}" if kind == "cycle" else f"{span.shown} (base of {name})"
    yield _text("SUMMARY", f"{what}: last day of support")
    if span.deprecated:
        yield _text("DESCRIPTION", span.deprecated)
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(name: str, value: str) -> str:
    """Return a property with an escaped text."""
    for character, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(character, escaped)
    return f"{name}:{value.replace(chr(13), '')}"


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, without cutting a character."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        if len(f"{piece}{character}".encode()) > _LONGEST - bool(pieces):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
