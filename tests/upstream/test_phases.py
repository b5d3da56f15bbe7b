"""Phase and end of life, from the PEPs' data or endoflife.date's."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.upstream import phases
from tagmatrix.upstream.phases import Phase
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError
from tests.web.site import CYCLES

if TYPE_CHECKING:
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client
    from tests.web.site import Site

DAY = dt.date(2026, 6, 24)
PEPS: dict[str, dict[str, Any]] = {
    "3.15": {
        "branch": "3.15",
        "pep": 790,
        "status": "prerelease",
        "first_release": "2026-10-01",
        "end_of_life": "2031-10",
        "release_manager": "Hugo van Kemenade",
    },
    "3.12": {"status": "security", "end_of_life": "2028-10"},
    "3.8": {"status": "end-of-life", "end_of_life": "2024-10-07", "release_manager": ""},
}
ENDOFLIFE = [
    {"cycle": "3.14", "eol": "2030-10-31", "support": "2027-10-01", "latest": "3.14.6"},
    {"cycle": "3.12", "eol": "2028-10-31", "support": "2025-04-02"},
    {"cycle": "3.9", "eol": "2025-10-31", "support": "2022-05-17"},
    {"cycle": "2.7", "eol": True, "support": False},
]


def read(value: object) -> phases.CyclePhases:
    """Read data as if it had been fetched on DAY."""
    return phases.reader(DAY)(json.dumps(value).encode())


def readable(value: object) -> dict[str, Phase]:
    """Read data without any unreadable cycle."""
    found = read(value)
    assert all(isinstance(each, Found) for each in found.values())
    return {cycle: each.value for cycle, each in found.items() if isinstance(each, Found)}


def test_peps() -> None:
    """The PEPs' data has phase and end of life: a month, or a day after the end."""
    assert readable(PEPS) == {
        "3.15": Phase(name="prerelease", end_of_life=dt.date(2031, 10, 31)),
        "3.12": Phase(name="security", end_of_life=dt.date(2028, 10, 31)),
        "3.8": Phase(name="end-of-life", end_of_life=dt.date(2024, 10, 7)),
    }


def test_endoflife() -> None:
    """The reference date decides the phase for endoflife.date's days."""
    phases = readable(ENDOFLIFE)
    assert {cycle: phase.name for cycle, phase in phases.items()} == {
        "3.14": "bugfix",
        "3.12": "security",
        "3.9": "end-of-life",
        "2.7": "end-of-life",
    }
    assert phases["3.12"].end_of_life == dt.date(2028, 10, 31)
    assert phases["2.7"].end_of_life is None


def test_source_only() -> None:
    """A cycle has no installers from its security phase on."""
    source_only = [name for name in phases.PHASES if Phase(name=name).source_only]
    assert source_only == ["security", "end-of-life"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"3.15": {"end_of_life": "2031-10"}},
        {"3.15": {"status": "security"}},
        {"3.15": {"status": "retired", "end_of_life": "2031-10"}},
        {"3.15": {"status": "security", "end_of_life": "2031-13"}},
        {"3.15": {"status": "security", "end_of_life": None}},
        {"3.15": "security"},
        [{"cycle": "3.14", "eol": "soon", "support": True}],
        [{"cycle": "3.14"}],
        "security",
        None,
    ],
)
def test_unreadable(value: Any) -> None:  # noqa: ANN401 (whatever JSON holds)
    """Data without any readable cycle is unreadable."""
    with pytest.raises(UnreadableError):
        read(value)


@pytest.mark.parametrize(
    "entry",
    [
        {"status": "retired", "end_of_life": "2031-10"},
        {"status": "feature", "end_of_life": None},
        {"status": "feature", "end_of_life": "to be decided"},
        {"status": ["security"], "end_of_life": "2031-10"},
        {"end_of_life": "2031-10"},
        "feature",
        None,
    ],
)
def test_an_odd_cycle_says_nothing_of_others(entry: object) -> None:
    """An unreadable cycle is a failure only for itself."""
    answer: Answer[phases.CyclePhases] = Found(read(PEPS | {"3.16": entry}))
    odd = phases.phase_of(answer, "3.16-rc")
    assert isinstance(odd, FetchFailed)
    assert odd.reason.startswith("the release-cycle data of 3.16: ")
    assert phases.phase_of(answer, "3.12") == Found(readable(PEPS)["3.12"])


def test_an_odd_cycle_of_endoflife() -> None:
    """The same for endoflife.date."""
    phases = read([*ENDOFLIFE, {"cycle": "3.15", "eol": "soon", "support": True}, {"eol": True}])
    assert isinstance(phases["3.15"], FetchFailed)
    assert isinstance(phases["3.14"], Found)
    assert len(phases) == len(ENDOFLIFE) + 1


def test_fetch(site: Site, client: Client) -> None:
    """A cycle is found by its numbers; a missing newer cycle is NotPublished."""
    site.upstream.cycles.update(PEPS)
    answer = phases.fetch_phases(client, f"{site.base}{CYCLES}", DAY)
    found = phases.phase_of(answer, "3.15-rc")
    assert isinstance(found, Found)
    assert found.value.name == "prerelease"
    missing = NotPublished("the release-cycle data has no 3.16")
    assert phases.phase_of(answer, "3.16-rc") == missing
    site.faults[CYCLES] = site.status(404)
    failed = phases.fetch_phases(client, f"{site.base}{CYCLES}", DAY)
    assert isinstance(phases.phase_of(failed, "3.15"), FetchFailed)


def test_a_cycle_that_is_missing() -> None:
    """A missing cycle is a failure, unless it is newer than all listed ones."""
    listed = Found(read(dict.fromkeys(("3.9", "3.12", "3.14"), PEPS["3.12"])))
    gap = FetchFailed("the release-cycle data does not list 3.13")
    assert phases.phase_of(listed, "3.13") == gap
    assert isinstance(phases.phase_of(listed, "3.2"), FetchFailed)
    assert isinstance(phases.phase_of(listed, "3.15-rc"), NotPublished)
    assert isinstance(phases.phase_of(listed, "edge"), NotPublished)
