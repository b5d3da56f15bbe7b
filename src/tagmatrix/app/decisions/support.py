"""How long the base is supported: until the first end, of its release cycle or its suite."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tagmatrix.app.catalogue import OWN
from tagmatrix.app.decisions.base import fitting, newest
from tagmatrix.util.dates import has_ended
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.app.catalogue import Catalogue, CatalogueImage
    from tagmatrix.app.decisions.base import ApplicationBase
    from tagmatrix.app.report import Report

OLD: Final = dt.timedelta(days=90)
SOON: Final = dt.timedelta(days=365)
_LIST: Final = "image list"
_CHANGES: Final = "of tagmatrix's checkout, with changes that are not committed"
OF_CHECKOUT: Final = f"{OWN} is library/python.json {_CHANGES}"
"""What a command that prints no decisions says of a catalogue that is undated."""
Remedy: TypeAlias = Literal["update", "write", "by hand"]
"""How the base of a Dockerfile is replaced: with `app update`, `app write --tag` or an editor."""


def last_day(catalogue: Catalogue, base: ApplicationBase) -> dt.date | None:
    """Return the last day of a base's support; None if an end is not known."""
    if catalogue.unknown_ends(base.image):
        return None
    return min(date for _, date in catalogue.ends(base.image))


def report_age(catalogue: Catalogue, as_of: dt.date, report: Report) -> None:
    """Report the date of the catalogue, and warn if it is old."""
    if catalogue.date is not None:
        report.decide(_LIST, str(catalogue.date), f"the date of {catalogue.origin}")
        if as_of - catalogue.date > OLD:
            report.warn(
                f"{catalogue.origin} was made on {catalogue.date}, more than {OLD.days} days ago: "
                "update tagmatrix, or give --manifest"
            )
    elif catalogue.undated:
        report.decide(_LIST, "library/python.json", f"that {_CHANGES}")


def report_ends(
    catalogue: Catalogue,
    base: ApplicationBase,
    as_of: dt.date,
    report: Report,
    *,
    present: bool,
    remedy: Remedy,
) -> None:
    """Report the ends of a base: a decision, and a warning if one is near or not known.

    With `present`, the base is that of a Dockerfile that exists: an end that is over is a
    finding, not a warning.
    """
    ends, unknown = catalogue.ends(base.image), catalogue.unknown_ends(base.image)
    origin = catalogue.ends_origin or catalogue.origin
    if unknown:
        known = "".join(f"; {what} ends on {date}" for what, date in ends)
        names = join_names(unknown)
        report.decide("supported", "end unknown", f"{origin} has no end of {names}{known}")
        advice = (
            "look it up at its distribution"
            if origin == OWN or ends
            else "give tagmatrix's JSON with --manifest"
        )
        report.warn(
            f"{base}: {origin} has no end of {names}, so tagmatrix can't check it: {advice}"
        )
    else:
        what, date = min(ends, key=lambda end: end[1])
        more = "".join(f"; {other} ends on {day}" for other, day in ends if other != what)
        where = f", in {catalogue.ends_origin}" if catalogue.ends_origin else ""
        report.decide("supported", f"until {date}", f"the end of {what}{where}{more}")
    tell: Callable[[str], None] = report.find if present else report.warn
    for what, date in ends:
        if has_ended(date, as_of):
            tell(f"{base}: {what} ended on {date}: {_advice(catalogue, base, as_of, remedy)}")
        elif date - as_of <= SOON:
            report.warn(f"{base}: {what} ends on {date}, within a year: plan for a newer one")


def _advice(catalogue: Catalogue, base: ApplicationBase, as_of: dt.date, remedy: Remedy) -> str:
    """Return what to do about a base that has ended."""

    def is_supported(image: CatalogueImage) -> bool:
        return not any(has_ended(date, as_of) for _, date in catalogue.ends(image))

    images = [image for image in catalogue.final(base.image.flavor) if is_supported(image)]
    if accepted := fitting(images, base.ranges):
        best = newest(accepted)
        if remedy == "by hand":
            return f"use {catalogue.name}:{best.tag}"
        renewed = newest(fitting(catalogue.final(base.image.flavor), base.ranges))
        if remedy == "update" and best is renewed:
            return f"tagmatrix app update takes {catalogue.name}:{best.tag}"
        return f"use tagmatrix app write --tag {best.tag}"
    if images:
        best = newest(images)
        places = [str(one.source) for one in base.ranges if not one.accepts(best.version)]
        return f"accept Python {best.cycle} in {join_names(places)}"
    more = "update tagmatrix, or give --manifest" if catalogue.origin == OWN else "renew it"
    return f"{catalogue.origin} has no {base.image.flavor} image that is supported: {more}"
