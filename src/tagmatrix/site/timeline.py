"""The time line: when release cycles and suites began and when they end, as SVG.

The page's stylesheet gives the colours. Positions are attributes, because the page's policy
allows no inline styles.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from tagmatrix.site.current_image import state
from tagmatrix.util.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.site.page_data import Lifespan, Site

_WIDTH: Final = 960
_LEFT: Final = 170
_ROW: Final = 26
_TOP: Final = 30
_LABELLED: Final = 'role="img" aria-labelledby="timeline-title"'
_TITLE: Final = "When release cycles and suites end; the table below has the same dates."
_DATE: Final = 90
"""The width from which on a bar has its date inside; a date is not wider."""
_YEAR: Final = 36
"""The room for a year."""
_LONGEST: Final = 22
"""The most characters of a name beside its bar."""
_LEAST: Final = 6
"""The least width of a bar."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days to positions."""

    first: dt.date
    last: dt.date

    def at(self, day: dt.date) -> float:
        whole = max((self.last - self.first).days, 1)
        return round(_LEFT + (day - self.first).days / whole * (_WIDTH - _LEFT - 10), 1)


def svg(site: Site) -> str:
    """Return the picture; empty if no end is known."""
    spans = [*site.family.cycles, *site.family.suites]
    dated = [span for span in spans if span.end is not None]
    if not dated:
        return ""
    newest = site.updated.date()
    ends = [span.end for span in dated if span.end]
    begins = [span.begin for span in dated if span.begin]
    scale = _Scale(min([*begins, newest, *ends]), max([*ends, newest]))
    height = _TOP + _ROW * len(dated) + 10
    parts = [
        f'<svg class="timeline" viewBox="0 0 {_WIDTH} {height}" {_LABELLED}>',
        f'<title id="timeline-title">{_TITLE}</title>',
    ]
    parts += _years(scale, height)
    if site.as_of and scale.first <= site.as_of <= scale.last:
        x = scale.at(site.as_of)
        parts.append(f'<line class="day" x1="{x}" x2="{x}" y1="{_TOP - 6}" y2="{height}"/>')
    for number, span in enumerate(dated):
        parts += _bar(site, scale, span, _TOP + _ROW * number)
    return "\n".join([*parts, "</svg>"])


def _years(scale: _Scale, height: int) -> list[str]:
    years: Sequence[int] = range(scale.first.year + 1, scale.last.year + 1)
    step = max(1, len(years) // 12 + 1)
    parts = []
    for year in years[::step]:
        x = scale.at(dt.date(year, 1, 1))
        middle = min(x, _WIDTH - _YEAR / 2)
        parts.append(f'<line class="year" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{height}"/>')
        parts.append(
            f'<text class="year" x="{middle}" y="{_TOP - 12}" text-anchor="middle">{year}</text>'
        )
    return parts


def _bar(site: Site, scale: _Scale, span: Lifespan, y: int) -> list[str]:
    end = scale.at(span.end or scale.last)
    begin = min(scale.at(span.begin or scale.first), end)
    width = round(max(end - begin, _LEAST), 1)
    name = escape(shortened(span.shown, _LONGEST), quote=False)
    box = f'x="{begin}" y="{y + 3}" width="{width}" height="{_ROW - 10}" rx="3"'
    title = f"<title>{escape(span.shown, quote=False)}: until {span.end}</title>"
    if width > _DATE:
        place, inside = f'x="{round(begin + width - 8, 1)}" text-anchor="end"', " inside"
    else:
        x = begin + width + 6
        day = scale.at(site.as_of) if site.as_of else 0
        x = day + 6 if x - 2 < day < x + _DATE else x  # not across the line of the day
        place, inside = f'x="{round(x, 1)}"', ""
        if x + _DATE > _WIDTH:  # there is no room on the right
            x = begin - 6
            x = day - 6 if x - _DATE < day < x + 2 else x
            place = f'x="{round(x, 1)}" text-anchor="end"'
    return [
        f'<text class="name" x="{_LEFT - 8}" y="{y + 15}" text-anchor="end">{name}</text>',
        f'<rect class="bar {state(span, site.as_of)}" {box}>{title}</rect>',
        f'<text class="until{inside}" {place} y="{y + 15}">{span.end}</text>',
    ]
