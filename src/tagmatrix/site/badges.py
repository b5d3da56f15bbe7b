"""Badges: what `latest` is, its architectures, its end of life; as SVG and for shields.io.

https://shields.io/badges/endpoint-badge has the format of the JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from tagmatrix.site import file_paths
from tagmatrix.site.current_image import state
from tagmatrix.util.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.site.page_data import Lifespan, Site, SiteFamily, SiteTag

_COLOURS: Final = {
    "blue": "#0b5cad",
    "green": "#1f7a33",
    "orange": "#a85400",
    "red": "#b3261e",
    "grey": "#5a5a5a",
}
_OF_STATE: Final = {"final": "green", "pre-release": "blue", "channel": "blue", "held": "orange"}
_OF_STATE_AT_END: Final = {"ending": "orange", "ended": "red"}
_LONGEST: Final = 40
"""The most characters of a text in the picture; the title has all."""
_WIDTH: Final = 7
_SPACE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A badge: its name, its two texts and its colour."""

    name: str
    label: str
    message: str
    colour: str


def files(site: Site) -> dict[str, bytes]:
    """Return all badges, by path, each in both formats."""
    found: dict[str, bytes] = {}
    for badge in all_badges(site):
        found[file_paths.badge(badge.name, "svg")] = _svg(badge)
        found[file_paths.badge(badge.name, "json")] = _json(badge)
    return found


def all_badges(site: Site) -> Iterator[Badge]:
    """Yield the badges of `latest`, or of the first tag, and one for each release cycle."""
    family = site.family
    tag = latest(family)
    spans = {span.name: span for span in family.cycles}
    yield Badge(
        name="latest",
        label=f"{family.name}:{tag.name}",
        message=tag.version or "no version",
        colour="blue",
    )
    count = len(tag.architectures)
    yield Badge(
        name="architectures",
        label="architectures",
        message=str(count),
        colour="blue",
    )
    yield _end("end-of-life", family.name, spans.get(tag.cycle), site)
    for span in family.cycles:
        word = state(span, site.as_of)
        yield Badge(
            name=f"cycle-{file_paths.safe(span.name)}",
            label=f"{family.name} {span.name}",
            message=span.version or word,
            colour=(_OF_STATE | _OF_STATE_AT_END)[word],
        )


def latest(family: SiteFamily) -> SiteTag:
    """Return the tag `latest`; without one the first tag of a final cycle, or the first of all."""
    final = {span.name for span in family.cycles if span.final}
    fallback = next((tag for tag in family.tags if tag.cycle in final), family.tags[0])
    return next((tag for tag in family.tags if tag.name == "latest"), fallback)


def _end(name: str, label: str, span: Lifespan | None, site: Site) -> Badge:
    """Return the badge of an end of life."""
    end = span.end if span else None
    colour = _OF_STATE_AT_END.get(state(span, site.as_of), "green") if span else "grey"
    return Badge(
        name=name,
        label=f"{label} {span.name if span else ''} supported until".replace("  ", " "),
        message=str(end) if end else "unknown",
        colour=colour if end else "grey",
    )


def _json(badge: Badge) -> bytes:
    value = {
        "schemaVersion": 1,
        "label": badge.label,
        "message": badge.message,
        "color": badge.colour,
    }
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def _svg(badge: Badge) -> bytes:
    label, message = (shortened(text, _LONGEST) for text in (badge.label, badge.message))
    left, right = len(label) * _WIDTH + _SPACE, len(message) * _WIDTH + _SPACE
    label, message = escape(label, quote=False), escape(message, quote=False)
    title = escape(f"{badge.label}: {badge.message}", quote=False)
    font = 'font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" fill="#fff"'
    text = f'y="14" {font} text-anchor="middle" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-labelledby="t">\n<title id="t">{title}</title>\n'
        f'<rect width="{left}" height="20" fill="#444"/>\n'
        f'<rect x="{left}" width="{right}" height="20" fill="{_COLOURS[badge.colour]}"/>\n'
        f'<text x="{left / 2:g}" {text} textLength="{left - _SPACE}">{label}</text>\n'
        f'<text x="{left + right / 2:g}" {text} textLength="{right - _SPACE}">{message}</text>\n'
        "</svg>\n"
    ).encode()
