"""The numbers of cycles and versions, and conditions on them."""

from __future__ import annotations

import itertools
import operator
import re

import pytest
from hypothesis import given, strategies as st
from packaging.version import Version

from tagmatrix.versions import (
    COMPARISONS_PATTERN,
    cycle_numbers,
    final_version,
    is_final,
    parse,
    parse_comparisons,
)

NUMBERS = st.lists(st.integers(0, 40), min_size=1, max_size=3).map(
    lambda numbers: ".".join(map(str, numbers))
)
PRE = st.sampled_from(["", "a1", "b12", "rc2"])
OPERATORS = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@pytest.mark.parametrize(
    ("cycle", "numbers"),
    [
        ("3.14", (3, 14)),
        ("3.15-rc", (3, 15)),
        ("3", (3,)),
        ("22", (22,)),
        ("3.14t", (3, 14)),
        ("3.", (3,)),
        ("edge", ()),
        ("v2.11", (2, 11)),
        ("2024-11", (2024, 11)),
        ("2024-13", (2024,)),
        ("very", ()),
        ("", ()),
        ("٣.١٤", ()),
    ],
)
def test_numbers(cycle: str, numbers: tuple[int, ...]) -> None:
    """A cycle's numbers are the numbers at its beginning."""
    assert cycle_numbers(cycle) == numbers


@pytest.mark.parametrize(
    ("version", "version_is", "final", "leads_to"),
    [
        ("3.14.6", True, True, "3.14.6"),
        ("3.15.0b3", True, False, "3.15.0"),
        ("3.15.0a1", True, False, "3.15.0"),
        ("3.5.0rc1", True, False, "3.5.0"),
        ("22.3.1", True, True, "22.3.1"),
        ("1.25rc2", True, False, "1.25"),
        ("2.7.18.post1", True, True, "2.7.18"),
        ("1.0.dev3", True, False, "1.0"),
        ("3.14.0-rc.1", True, False, "3.14.0"),
        ("24.04", True, True, "24.04"),
        ("2024.01.15", True, True, "2024.01.15"),
        ("24.04rc1", True, False, "24.04"),
        ("3.14-x-y", False, False, "3.14-x-y"),
    ],
)
def test_versions(version: str, version_is: bool, final: bool, leads_to: str) -> None:  # noqa: FBT001 (a table)
    """A version is final or not; its final version has the same numbers."""
    assert (parse(version) is not None) is version_is
    assert is_final(version) is final
    assert final_version(version) == leads_to


@given(NUMBERS, PRE)
def test_as_packaging_does(numbers: str, pre: str) -> None:
    """Versions parsed without packaging give the same results as with packaging."""
    version = Version(numbers + pre)
    assert parse(numbers + pre)
    assert is_final(numbers + pre) is not version.is_prerelease
    assert Version(final_version(numbers + pre)).release == version.release


@given(NUMBERS, st.sampled_from(sorted(OPERATORS)), NUMBERS, st.sampled_from(["", "-rc", "t"]))
def test_conditions(cycle: str, symbol: str, other: str, suffix: str) -> None:
    """A condition compares the cycle's numbers as versions, also for pre-releases."""
    text = f"{symbol}{other}"
    assert re.fullmatch(COMPARISONS_PATTERN, text)
    (comparison,) = parse_comparisons(text)
    expected = OPERATORS[symbol](Version(cycle), Version(other))
    assert comparison.holds(cycle + suffix) is expected


@given(NUMBERS)
def test_conditions_and_names(number: str) -> None:
    """A cycle without numbers matches no condition on numbers."""
    for symbol in OPERATORS:
        assert not parse_comparisons(f"{symbol}{number}")[0].holds("edge")


def test_pre_releases_of_a_cycle() -> None:
    """A condition for a cycle holds for its pre-releases too, unlike packaging's."""
    (comparison,) = parse_comparisons(">=3.15")
    assert [comparison.holds(cycle) for cycle in ("3.14", "3.15-rc", "3.15", "3.16-rc")] == [
        False,
        True,
        True,
        True,
    ]


def test_several_comparisons() -> None:
    """Commas join comparisons; spaces are allowed; the order is kept."""
    comparisons = parse_comparisons(">= 3.9 ,<3.12,  !=3.10")
    cycles = [f"3.{minor}" for minor in range(8, 14)]
    holding = [c for c in cycles if all(comparison.holds(c) for comparison in comparisons)]
    assert holding == ["3.9", "3.11"]


@pytest.mark.parametrize("text", ["3.9", "~=3.9", ">=", ">=3.9,", "=>3", ">=3.x", ">=\uff13", ","])
def test_what_is_not_a_comparison(text: str) -> None:
    """Text that does not match the pattern is not a comparison."""
    assert not re.fullmatch(COMPARISONS_PATTERN, text, re.ASCII)
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_comparisons(text)


def test_missing_numbers_are_zero() -> None:
    """3 and 3.0 are equal, and 3 is less than 3.1."""
    for left, right in itertools.product(["3", "3.0", "3.0.0"], repeat=2):
        assert parse_comparisons(f"=={left}")[0].holds(right)
    assert parse_comparisons("<3.1")[0].holds("3")
