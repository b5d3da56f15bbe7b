"""The scheduled job in simulated days; `python -m tests.year` simulates whole years."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.year import places, server
from tests.year.broken import BrokenError
from tests.year.releases import moment
from tests.year.simulation import Year, simulate
from tests.year.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.year.figures import Figures

FIRST = dt.date(2025, 2, 4)


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    """Return a year that begins when 3.12.9 and 3.13.2 are released."""
    with server.run(World(1), tmp_path) as service:
        service.begin(moment(FIRST))
        with places.make(tmp_path, service, FIRST, moment(FIRST)) as where:
            yield Year(1, service, where)


def lived(seed: int, folder: Path, first: dt.date, days: int) -> Figures:
    """Simulate days; return the figures."""
    *_, (_, figures) = simulate(seed, folder, first, days)
    return figures


@pytest.mark.slow
def test_two_releases(year: Year) -> None:
    """Releases are proposed, merged and published, and all checks pass on the way."""
    for day in (4, 5, 6):
        year.day(dt.date(2025, 2, day))
    assert {"3.12.9", "3.13.2"} <= {each.version for each in year.state.blocks.values()}
    assert year.figures.commits >= 2
    assert year.figures.came >= 2
    assert year.people.done["merge"] == 1


@pytest.mark.slow
def test_what_is_wrong_on_main_is_found(year: Year) -> None:
    """A checksum on the main branch that upstream never had ends the year."""
    people = year.places.people
    file = people.path / "versions.yaml"
    old = year.state.blocks["3.11"].sha256["source"]
    file.write_text(file.read_text().replace(old, "a" * 64))
    year.people._commit("a lie")
    with pytest.raises(BrokenError, match=r"source of 3\.11\.11 never was aaaa"):
        year.day(dt.date(2025, 2, 4))


@pytest.mark.slow
def test_a_job_that_does_nothing_is_found(year: Year) -> None:
    """A job that succeeds without doing due updates ends the year."""
    reported = World(1)
    reported.releases = tuple(each for each in reported.releases if each.published < moment(FIRST))
    year.service.world = reported
    with pytest.raises(BrokenError, match=r"3\.13: .*, and not .*3\.13\.2"):
        year.day(dt.date(2025, 2, 6))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "first"),
    [(2, dt.date(2025, 9, 30)), (3, dt.date(2025, 4, 1))],
)
def test_three_weeks(tmp_path: Path, seed: int, first: dt.date) -> None:
    """3.14 becomes final and 3.15 begins; in spring 3.12 enters its security phase."""
    figures = lived(seed, tmp_path, first, 20)
    assert figures.days == 20
    assert figures.commits
    assert figures.faults
    if first.month == 9:
        assert figures.people["promote"] == figures.people["add"] == 1
