"""The patterns in the lines that a refusal offers."""

from __future__ import annotations

from hypothesis import given, strategies as st

from tagmatrix.guard.acceptance import matches
from tagmatrix.guard.tag_patterns import patterns

TAGS = st.lists(st.from_regex(r"[a-c1]{1,2}(-[a-c1.]{1,3}){0,2}", fullmatch=True), unique=True)


@given(TAGS, st.sets(st.integers(0, 20)))
def test_patterns_name_what_is_wanted_alone(every: list[str], chosen: set[int]) -> None:
    """The patterns match all wanted tags, and no others."""
    wanted = [tag for number, tag in enumerate(every) if number in chosen]
    found = patterns(wanted, every)
    named = [tag for tag in every if any(matches(pattern, tag) for pattern in found)]
    assert named == wanted


def test_patterns_are_few() -> None:
    """Tags with a common beginning or end share a pattern."""
    spellings = ("win", "win-2025", "win-2022", "slim")
    every = [f"{cycle}-{spelling}" for cycle in ("3.12", "3.1") for spelling in spellings]
    assert patterns(every[:3], every) == ["3.12-win*"]
    assert patterns([every[3], every[7]], every) == ["*slim"]
    assert patterns(["3-aX", "4-aX"], ["3-aX", "4-aX", "5-a"]) == ["*aX"]


def test_stars_anywhere() -> None:
    """A pattern may have a star anywhere; other characters are literal."""
    assert matches("3.*-slim*", "3.12-slim-trixie")
    assert not matches("3.*-slim", "3.12-slim-trixie")
    assert not matches("3.12", "3x12")
