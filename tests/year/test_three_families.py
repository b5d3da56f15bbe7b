"""Three families of different kinds; `python -m tests.year --families` simulates whole years."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.year import three_worlds
from tests.year.broken import BrokenError
from tests.year.releases import moment
from tests.year.three_families import begin, simulate
from tests.year.three_worlds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

FIRST = dt.date(2026, 2, 1)


def test_the_world() -> None:
    """A seed decides what upstream has, and each family has new, late and replaced releases."""
    now, later = moment(FIRST), moment(FIRST + dt.timedelta(110))
    worlds = three_worlds.Worlds(1, now, 120)
    again = three_worlds.Worlds(1, now, 120)
    assert worlds.items == again.items
    for kind in KINDS:
        assert {each.version for each in worlds.listed(kind.name, now)} == {
            f"{cycle}.1" for cycle in kind.cycles
        }
        assert len(worlds.listed(kind.name, later)) > 6
    every = [item for items in worlds.items.values() for item in items]
    assert any(item.replaced <= later for item in every)
    assert any(item.withdrawn <= later for item in every)
    assert any(max(item.files.values()) > item.listed for item in every)


@pytest.mark.slow
def test_a_fortnight(tmp_path: Path) -> None:
    """The updates of three families come in time, and nothing wrong is committed."""
    *_, figures = simulate(1, tmp_path, FIRST, 14)
    assert figures.days == 14
    assert figures.came
    assert figures.commits


@pytest.mark.slow
def test_what_is_wrong_on_main_is_found(tmp_path: Path) -> None:
    """A checksum on the main branch that upstream never had ends the year."""
    with begin(1, tmp_path, FIRST, 14) as year:
        file = year.people.path / "tool/versions.yaml"
        text = file.read_text()
        digest = text.rpartition("source: ")[2].strip()
        file.write_text(text.replace(digest, "a" * 64))
        year.run(year.people, KINDS[2], "generate", "--quiet", "--commit")
        year.people.git("push", "--quiet", "origin", "main")
        with pytest.raises(BrokenError, match=r"source of 4\.2\.1 never was aaaa"):
            year.day(FIRST)
