"""The picture of the time line: each text is inside of it."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from tagmatrix.manifest import parse
from tagmatrix.site import timeline
from tagmatrix.site.manifest_history import ManifestRevision
from tagmatrix.site.page_data import Lifespan, Site, SiteFamily
from tests.site.world import HEAD

WIDE = {"until": 78, "year": 32}
"""The widths of texts: 10 and 4 digits of 12 pixels."""


def picture(
    spans: list[tuple[dt.date, dt.date]], as_of: dt.date | None = None
) -> list[tuple[str, float, float]]:
    """Return class, left and right end of each date in the picture."""
    cycles = tuple(
        Lifespan(name=str(number), begin=begin, end=end)
        for number, (begin, end) in enumerate(spans)
    )
    family = SiteFamily(
        name="x", title="x", description="", repository="", suites=(), images=(), tags=(),
        cycles=cycles,
    )  # fmt: skip
    when = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    revision = ManifestRevision(commit="0" * 40, when=when, manifest=parse(HEAD))
    site = Site(family=family, revisions=(revision,), steps=(), as_of=as_of)
    found = []
    for text in ET.fromstring(timeline.svg(site)).iter("text"):  # noqa: S314 (our own picture)
        kind = text.get("class", "").partition(" ")[0]
        if kind in WIDE:
            x, wide = float(text.get("x", "")), WIDE[kind]
            shift = {"end": wide, "middle": wide / 2}.get(text.get("text-anchor", ""), 0)
            found.append((kind, x - shift, x - shift + wide))
    return found


@pytest.mark.parametrize("as_of", [None, *(dt.date(2030, month, 1) for month in range(1, 12))])
def test_dates_near_the_right_edge(as_of: dt.date | None) -> None:
    """A short bar near the edge has its date on the left; the line of the day crosses none."""
    ends = [dt.date(2031, 1, 1) - dt.timedelta(days=40 * number) for number in range(12)]
    spans = [(dt.date(2020, 1, 1), ends[0])] + [(end - dt.timedelta(days=30), end) for end in ends]
    found = picture(spans, as_of)
    assert all(left >= 0 and right <= 960 for _, left, right in found), found
    if as_of:
        first, last = dt.date(2020, 1, 1), ends[0]
        day = 170 + (as_of - first).days / (last - first).days * 780
        inside = found[-len(ends) - 1]  # the bar of many years has its date inside
        dates = [each for each in found if each[0] == "until" and each is not inside]
        assert not [each for each in dates if each[1] < day < each[2]]


def test_years_are_inside() -> None:
    """The last year of the scale is not cut off, and years keep their distance."""
    found = picture([(dt.date(2020, 1, 1), dt.date(2032, 1, 1))])
    years = [each for each in found if each[0] == "year"]
    assert years
    assert all(right <= 960 for _, _, right in years)
    assert all(one[2] < other[1] for one, other in pairwise(years))
