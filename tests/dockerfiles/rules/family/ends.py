"""Rules for the ends of life, and for what is here until then."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Final

from tests.dockerfiles.rules.family.releases import number, releases
from tests.dockerfiles.rules.family.variants import newest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.family import Family

    Finding = tuple[str, str]

SUITES: Final = {"trixie": "2030-06-30", "bookworm": "2028-06-30", "3.23": "2027-11-01"}
"""The last days at https://wiki.debian.org/LTS and https://alpinelinux.org/releases/."""


def cycles_end(family: Family) -> Iterator[Finding]:
    """A cycle ends in the October five years after its first release (PEP 602)."""
    for release in family.config.releases:
        year = 2016 + number(release.cycle)[1]
        if f"{release.end_of_life}" != f"{year}-10-31":
            yield release.cycle, f"the end of life is {year}-10-31, not {release.end_of_life}"


def suites_end(family: Family) -> Iterator[Finding]:
    """A suite ends when its distribution says, and before the newer suites of its flavors."""
    suites = family.config.suites
    for name, suite in suites.items():
        if f"{suite.end_of_life}" != SUITES.get(name, f"{suite.end_of_life}"):
            yield name, f"the end of life is {SUITES[name]}, not {suite.end_of_life}"
    for flavor in family.config.flavors:
        own = [suite for suite in suites.values() if flavor in suite.flavors]
        ends = [suite.end_of_life for suite in own if suite.end_of_life]
        if ends != sorted(set(ends), reverse=True):
            yield flavor, "an older suite does not end before a newer one"


def supported(family: Family) -> Iterator[Finding]:
    """Cycles stay until their ends; each flavor has two suites, Alpine's are neighbours."""
    config, today = family.config, dt.datetime.now(dt.UTC).date()
    cycles = {number(release.cycle) for release in config.releases}
    for cycle, fact in releases().items():
        if number(cycle) not in cycles and fact["end_of_life"] >= f"{today}":
            yield cycle, f"it is left out, although its end of life is {fact['end_of_life']}"
    for flavor in config.flavors:
        own = [name for name, suite in config.suites.items() if flavor in suite.flavors]
        if len(own) < 2:
            yield flavor, f"the only suite is {', '.join(own)}, so that users have no time to move"
        for newer, older in itertools.pairwise(own if flavor == "alpine" else ()):
            if number(newer)[1] != number(older)[1] + 1:
                yield flavor, f"Alpine has releases between {newer} and {older}"


def deprecated(family: Family) -> Iterator[Finding]:
    """What users get by default is not deprecated: the newest final cycle on the first suites."""
    config, newest = family.config, newest_of(family)
    for release in config.releases:
        if release.deprecated and release.cycle == newest["latest"]:
            yield release.cycle, "it owns `latest`, and is deprecated"
    for name, suite in config.suites.items():
        if suite.deprecated and name in {newest[flavor] for flavor in suite.flavors}:
            yield name, "it is the default suite, and is deprecated"


RULES: Final = (cycles_end, suites_end, supported, deprecated)
