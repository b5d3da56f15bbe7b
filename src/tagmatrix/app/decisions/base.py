"""Which image the application is built from: the newest final cycle that all files accept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.util.dates import has_ended
from tagmatrix.util.nearest import closest
from tagmatrix.util.wording import either, join_names
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.app.catalogue import Catalogue, CatalogueImage
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.pythons import PythonRange
    from tagmatrix.app.report import Report
    from tagmatrix.references import Reference


FLAVOR: Final = "slim"
"""The flavor of a base without --variant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationBase:
    """The base image: its name, tag and digest, and what the catalogue says of it.

    Attributes:
        ranges: the versions of Python that the application's files accept.
    """

    name: str
    tag: str
    digest: str
    image: CatalogueImage
    ranges: tuple[PythonRange, ...]

    def __str__(self) -> str:
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}:{self.tag}{digest}"

    @property
    def alpine(self) -> bool:
        """Return whether its packages are Alpine's."""
        return self.image.flavor == "alpine"


def ranges(application: Application, manager: str) -> list[PythonRange]:
    """Return the ranges of all files that count for a manager."""
    found = [*application.pins, *application.project.pythons]
    if application.pipfile and manager == "pipenv":
        found += application.pipfile.pythons
    if manager in application.locks:
        found += application.locks[manager].pythons
    return found


def choose(
    catalogue: Catalogue,
    wanted: Sequence[PythonRange],
    options: ApplicationOptions,
    as_of: dt.date,
    report: Report,
) -> ApplicationBase:
    """Return the base.

    Raises InputError if none fits, with the nearest; the day is for the ends in that message.
    """
    for one in wanted:
        report.decide("Python", one.text, "the application accepts it", one.source)
    if options.tag:
        image, tag = _by_tag(catalogue, wanted, options.tag, as_of, report), options.tag
    else:
        image = _newest(catalogue, wanted, options.variant or FLAVOR, as_of, report)
        tag = image.tag
    if image.flavor == "default":
        report.warn(
            f"{catalogue.name}:{tag} has compilers, so the container has them too: slim has none"
        )
    return ApplicationBase(
        name=catalogue.name,
        tag=tag,
        digest=options.digest,
        image=image,
        ranges=tuple(wanted),
    )


def keep(
    catalogue: Catalogue, wanted: Sequence[PythonRange], present: Reference, report: Report
) -> ApplicationBase | None:
    """Return the base of a file that exists; None if the catalogue does not have its tag.

    What is wrong with it is a finding, and no problem.
    """
    image = catalogue.owner(present.tag)
    if image is None:
        cycle = _missing_cycle(catalogue, present.tag)
        why = f": it has no release cycle {cycle}" if cycle else ""
        report.find(f"{catalogue.origin} has no tag {present.tag} any more{why}")
        return None
    for one in wanted:
        if not one.accepts(image.version):
            report.find(
                f"{present.tag} is Python {image.version}, which {one.text} excludes", one.source
            )
    return ApplicationBase(
        name=present.name,
        tag=present.tag,
        digest=present.digest,
        image=image,
        ranges=tuple(wanted),
    )


def fitting(
    images: Iterable[CatalogueImage], wanted: Sequence[PythonRange]
) -> list[CatalogueImage]:
    """Return the images that all ranges accept."""
    return [image for image in images if all(one.accepts(image.version) for one in wanted)]


def newest(images: Sequence[CatalogueImage]) -> CatalogueImage:
    """Return the image of the newest cycle, on the suite that a tag without a suite names."""
    version = max(cycle_numbers(image.version) for image in images)
    choices = [image for image in images if cycle_numbers(image.version) == version]
    return next((each for each in choices if each.owns_short), choices[0])


def _by_tag(
    catalogue: Catalogue,
    wanted: Sequence[PythonRange],
    tag: str,
    as_of: dt.date,
    report: Report,
) -> CatalogueImage:
    image = catalogue.owner(tag)
    if image is None:
        report.fail(f"{catalogue.origin} has no tag {tag}{_instead(catalogue, tag, as_of)}")
    for one in wanted:
        if not one.accepts(image.version):
            report.refuse(f"{tag} is Python {image.version}, which {one.text} excludes", one.source)
    report.stop()
    if image.suite and image.suite not in tag:
        report.warn(f"tag {tag} does not pin the suite: {image.tag} does")
    if not image.final:
        report.warn(f"tag {tag} is Python {image.version}, a pre-release: use a final version")
    report.decide("base", f"{catalogue.name}:{tag}", "--tag")
    return image


def _instead(catalogue: Catalogue, tag: str, as_of: dt.date) -> str:
    """Return why there is no such tag, if the reason is its cycle, and which tags there are."""
    offered = [each.tag for each in _newest_final(catalogue)]
    if cycle := _missing_cycle(catalogue, tag):
        end = catalogue.cycle_ends.get(cycle)
        ended = f", which ended on {end}" if end and has_ended(end, as_of) else ""
        rest = tag.removeprefix(cycle)
        cycles = dict.fromkeys(image.cycle for image in catalogue.images)
        tags = [each + rest for each in cycles if catalogue.owner(each + rest)] or offered
        use = f"; use {either(tags)}" if tags else ""
        return f": it has no release cycle {cycle}{ended}{use}"
    if near := closest(tag, [each for image in catalogue.images for each in sorted(image.tags)]):
        return f"; did you mean {near}?"
    return f": use one such as {join_names(offered)}" if offered else ""


def _missing_cycle(catalogue: Catalogue, tag: str) -> str:
    """Return the release cycle that a tag begins with, if the catalogue has no image of it."""
    match = re.match(r"[0-9]+\.[0-9]+(?![0-9])", tag)
    cycles = {image.cycle for image in catalogue.images}
    return match[0] if match and match[0] not in cycles else ""


def _newest_final(catalogue: Catalogue) -> list[CatalogueImage]:
    """Return the newest final image of each flavor."""
    flavors = dict.fromkeys(image.flavor for image in catalogue.images if image.final)
    return [newest(catalogue.final(flavor)) for flavor in flavors]


def _newest(
    catalogue: Catalogue,
    wanted: Sequence[PythonRange],
    flavor: str,
    as_of: dt.date,
    report: Report,
) -> CatalogueImage:
    images = catalogue.final(flavor)
    if not images:
        flavors = sorted({image.flavor for image in catalogue.images if image.final})
        report.fail(f"{catalogue.origin} has no final {flavor} image; it has {join_names(flavors)}")
    accepted = fitting(images, wanted)
    if not accepted:
        _none_fits(catalogue, wanted, images, as_of, report)
    image = newest(accepted)
    why = "the newest final cycle" + (" that the application accepts" if wanted else "")
    report.decide("base", f"{catalogue.name}:{image.tag}", f"{why}, in {catalogue.origin}")
    return image


def _none_fits(
    catalogue: Catalogue,
    wanted: Sequence[PythonRange],
    images: Iterable[CatalogueImage],
    as_of: dt.date,
    report: Report,
) -> None:
    """Raise InputError with the ranges, the nearest cycle, and the cycles with their ends."""
    versions = {image.cycle: image.version for image in images}
    for one in wanted:
        if not any(one.accepts(version) for version in versions.values()):
            report.refuse(f"no cycle of {catalogue.name} satisfies {one.text}", one.source)
    if not report.problems:
        texts = join_names([f"{one.text} ({one.source})" for one in wanted])
        report.refuse(f"no cycle of {catalogue.name} satisfies all of {texts}")
    numbers = [
        cycle_numbers(m[0]) for one in wanted if (m := re.search(r"[0-9]+\.[0-9]+", one.text))
    ]
    goal = numbers[0] if numbers else (3,)

    def distance(cycle: str) -> tuple[int, int, int]:
        failed = sum(not one.accepts(versions[cycle]) for one in wanted)
        major, minor = (*cycle_numbers(cycle), 0)[:2]
        return (
            failed,
            abs(major - goal[0]),
            abs(minor - (*goal, 0)[1]) if major == goal[0] else minor,
        )

    closest = min(versions, key=distance)
    known = ", ".join(
        f"{cycle} ({'ended' if has_ended(end, as_of) else 'ends'} on {end})" if end else cycle
        for cycle in versions
        for end in [catalogue.cycle_ends.get(cycle)]
    )
    report.fail(f"the nearest cycle is {closest}; {catalogue.origin} has {known}")
