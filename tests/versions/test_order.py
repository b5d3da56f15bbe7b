"""The order of versions, their cycles, and the names that a version allows."""

from __future__ import annotations

import itertools
import random
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from packaging.version import InvalidVersion, Version as Packaged

from tagmatrix.versions import Mark, parse
from tests.versions.samples import LIKELY, TEXTS, WORDS

if TYPE_CHECKING:
    from tagmatrix.versions import Style, Version

STYLES: list[Style] = ["pep440", "loose"]

ASCENDING = [
    "14.04 14.04.1",
    "20_36 20.0.1_9 20.0.2_9 21_35 21.0.4_7 21.0.5_11",
    "11.0.20_8 11.0.20.1_1",
    "9-b154 9-b181 9.0.1 9.0.1-11",
    "8u402-b06 8u412-b08 8u412-b09 8u502-b07",
    "1.8.0_402-b06 1.8.0_412 1.8.0_412-b08 1.8.0_412-b09",
    "27-ea-3 27-ea-4 27 28-ea-11",
    "24-ea-27 24-ea-29",
    "1.2.3-1 1.2.3-2",
    "8.0.40 8.0.40-30 8.0.40-31",
    "1.2.3p1 1.2.3p2",
    "1.2.3_p1 1.2.3_p2",
    "8.6.2 8.8-m02 8.8-m03 8.8-rc1 8.8",
    "8.0-milestone-1 8.0-CR1 8.0-CR2 8.0",
    "1.0-SNAPSHOT 1.0",
    "19beta2 19beta3 19rc1 19.0 19.1",
    "3.5-dev5 3.5-dev11 3.5.0",
    "4.0.0-alpha-4 4.0.0-beta-1 4.0.0-rc-5 4.0.0-rc-11 4.0.0",
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-rc.1 1.0.0",
    (
        "1.0.0-0.3.7 1.0.0-0.4.1 1.0.0-alpha.1 1.0.0-beta.11 1.0.0-insiders.2 1.0.0-insiders.2.1 "
        "1.0.0-insiders.11 1.0.0-insiders.11.x 1.0.0-rc.1 1.0.0-x.7 1.0.0-x.7.z.92 "
        "1.0.0-x.7.z.92.1 1.0.0-x.10 1.0.0"
    ),
    "1.0.0-x.500 1.0.0-x.y.1",
    (
        "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.1.x.3 1.0.0-alpha.2 1.0.0-alpha.beta "
        "1.0.0-alpha.x.3 1.0.0-alpha.x.10 1.0.0-beta 1.0.0-rc.x.1 1.0.0-x-y-z.4 "
        "1.0.0-x-y-z.10 1.0.0"
    ),
    "1.0.0-rc.1 1.0.0-x-y-y 1.0.0-x-y-z 1.0.0-x-y-z.4 1.0.0",
    "8.2.0-alpha.9 8.2.0-canary.3 8.2.0-canary.11 8.2.0-edge.1 8.2.0-next.5 8.2.0-rc.1 8.2.0",
    "25-ea 25-ea+9 25-ea_10 25-ea+11 25",
    "1.0.0-alpha 1.0.0-alpha+001 1.0.0-alpha_002 1.0.0-beta",
    "1.0.0 1.0.0+build.5 1.0.0_build.6 1.0.0+build.11 1.0.1",
    "1.0-rc-SNAPSHOT 1.0-rc 1.0-rc2",
    "7.3.0-preview1 7.3.0-preview2 7.3.0-rc1 7.3.0",
    "1:2.3~rc1-1 1:2.3-1 2:1.0",
    "20191107 20260815 20260815.1",
    "RELEASE.2024-10-02 RELEASE.2024-10-02T01-02-03Z RELEASE.2024-11-07T00-52-20Z",
    "2024-10-02 2024-11-07",
    "5.0-20241202 5.0-20241207",
    "v2.9 2.10 v2.11.55",
    "3.9 3.10 8.8 8.10",
    "17.06.0-ce-rc1 17.06.0-ce 17.09.1-ce",
]


@pytest.mark.parametrize("line", ASCENDING)
def test_order(line: str) -> None:
    """Each version is newer than the one before it."""
    versions = [parse(text, "loose") for text in line.split()]
    for older, newer in pairwise(versions):
        assert older is not None
        assert newer is not None
        assert older.compare(newer) == -1
        assert newer.compare(older) == 1
        assert older.order < newer.order


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.14", "3.14.0"),
        ("v2.11", "2.11"),
        ("1.0-rc1", "1.0.RC1"),
        ("20260815", "2026-08-15"),
        ("10.0.Final", "10.0"),
        ("21.0.5+11", "21.0.5_11"),
        ("25-ea+10", "25-ea_10"),
        ("1.0.0-alpha+001", "1.0.0-alpha_001"),
        ("1.0.0+build.5", "1.0.0_build.5"),
        ("1.4+git.abc", "1.4+git.def"),
        ("1.4.0+git", "1.4.0"),
    ],
)
def test_equal(one: str, other: str) -> None:
    """Two ways to write one version are equal."""
    left, right = parse(one, "loose"), parse(other, "loose")
    assert left is not None
    assert right is not None
    assert left.compare(right) == 0


def test_what_cannot_be_compared() -> None:
    """A date and a count of numbers, or versions of two styles, can't be compared."""
    date, number = parse("20260815", "loose"), parse("1.2", "loose")
    python = parse("1.2")
    assert date is not None
    assert number is not None
    assert python is not None
    assert date.compare(number) is None
    assert number.compare(date) is None
    assert number.compare(python) is None


@pytest.mark.parametrize(
    ("text", "cycle", "belongs"),
    [
        ("8.10.1", "8.10", True),
        ("8.10.1", "8.1", False),
        ("9.0.1", "8.8", False),
        ("8.8-m03", "8.8", True),
        ("4.0.0-rc-5", "4.0-rc", True),
        ("20_36", "20", True),
        ("20_36", "20.0", True),
        ("8u502-b07", "8", True),
        ("24.04", "24.04", True),
        ("24.04", "24.10", False),
        ("v2.11.55", "v2.11", True),
        ("2024-11-07", "2024-11", True),
        ("2024-11-07", "2024-12", False),
        ("20260815", "2026", True),
        ("20260815", "tip", True),
        ("1.2", "lts", True),
    ],
)
def test_cycles(text: str, cycle: str, belongs: bool) -> None:  # noqa: FBT001 (a table)
    """A version belongs to the cycles whose numbers it begins with."""
    version = parse(text, "loose")
    assert version is not None
    assert version.belongs_to(cycle) is belongs


@pytest.mark.parametrize(
    ("alias", "own", "fits"),
    [
        ("3.13.14", "3.13.15", False),
        ("3.13", "3.13.15", True),
        ("3.13.15", "3.13.15", True),
        ("3.13.15.1", "3.13.15", False),
        ("25.0.4_7", "25.0.4", True),
        ("25.0.4", "25.0.4_7", True),
        ("25.0.4_8", "25.0.4_7", False),
        ("8u502", "8u502-b07", True),
        ("8u402-b06", "8u412-b08", False),
        ("7.0", "7.0-rc1", False),
        ("7.0-rc", "7.0-rc1", True),
        ("7.0-rc1", "7.0-rc2", False),
        ("7.0-rc1", "7.0", False),
        ("13.0.1-rc", "13.0.2-rc", False),
        ("8.8-rc", "8.8-m03", True),
        ("42", "43", False),
        ("20260701", "20260815", False),
        ("20260815", "2026-08-15", True),
        ("20260814", "2026-08-15", False),
        ("1.0.0-x-y-z", "1.0.0-x-y-z", True),
        ("1.0.0-x-y-y", "1.0.0-x-y-z", False),
        ("2026-08", "20260815", True),
        ("25-ea_10", "25-ea+10", True),
        ("25-ea_9", "25-ea+10", False),
        ("1.0.0_build.5", "1.0.0+build.6", False),
        ("2026", "20260815", True),
        ("2025", "20260815", False),
        ("1:2.3", "1:2.3.1", True),
        ("1:2.3", "2:2.3", False),
        ("2.3", "1:2.3", True),
    ],
)
def test_names(alias: str, own: str, fits: bool) -> None:  # noqa: FBT001 (a table)
    """A version names its own image, its parts, its builds and its line, and no other version."""
    one, other = parse(alias, "loose"), parse(own, "loose")
    assert one is not None
    assert other is not None
    assert one.names(other) is fits


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("v3.7.1", "3.7.1", True),
        ("3.7.01", "3.7.1", True),
        ("1.0-RC1", "1.0-rc1", True),
        ("1.0", "2.0", False),
        ("1.4+git.abc", "1.4+git.def", False),
    ],
)
def test_same(one: str, other: str, same: bool) -> None:  # noqa: FBT001 (a table)
    """Two spellings of a version are the same if the text after the numbers is."""
    left, right = parse(one, "loose"), parse(other, "loose")
    assert left is not None
    assert right is not None
    assert left.is_same(right) is same


@pytest.mark.parametrize(
    ("text", "own", "full"),
    [
        ("3.14.6", "3.14.6", True),
        ("3.14", "3.14.6", False),
        ("1.2.3", "1.2.3.4", False),
        ("2026-08-15", "20260815", True),
        ("20260815", "2026-08-15", True),
        ("2026-08", "20260815", False),
        ("2026-08", "2026-08", True),
        ("2024-10-02", "RELEASE.2024-10-02T01-02-03Z", True),
        ("2024-10", "RELEASE.2024-10-02T01-02-03Z", False),
        ("20260815", "1.2.3", False),
    ],
)
def test_full(text: str, own: str, full: bool) -> None:  # noqa: FBT001 (a table)
    """A version is full with as many numbers as a release's own; a date with its day."""
    one, other = parse(text, "loose"), parse(own, "loose")
    assert one is not None
    assert other is not None
    assert one.is_full(other) is full


def _check_order(versions: list[Version]) -> None:
    for one in versions:
        assert one.compare(one) == 0
        for other in versions:
            found = one.compare(other)
            back = other.compare(one)
            assert (found is None) is (back is None)
            assert found is None or back is None or found == -back
            for third in versions:
                more = other.compare(third)
                if found is not None and more is not None:
                    assert one.compare(third) is not None
                if found in {-1, 0} and more in {-1, 0}:
                    assert one.compare(third) in {found, more}
                    assert one.compare(third) == min(found or 0, more or 0)


def _check_text(text: str, style: Style) -> None:
    version = parse(text, style)
    if version is None:
        return
    assert parse(str(version), style) == version
    assert version.compare(version) == 0
    assert version.parts[0] == version.tag
    assert version.names(version)
    assert version.belongs_to(version.final)
    _check_tag(version)


def _check_tag(version: Version) -> None:
    """The tag of a version names it, and is final if it is.

    A tag cannot show what `+` and `~` do to the words behind them: 1.0+rc1 is final, 1.0_rc1 is
    not. In PEP 440 a number behind `_` belongs to the word before it.
    """
    found = parse(version.tag, version.style)
    if found is None or re.search("[+~].*[A-Za-z]", version.text):
        return
    if version.style == "pep440" and re.search(r"[A-Za-z]\+", version.text):
        return
    assert found.names(version)
    assert found.is_final is version.is_final
    assert found.tag == version.tag


@given(TEXTS, st.sampled_from(STYLES))
def test_random_texts(text: str, style: Style) -> None:
    """Any text is a version that is read again from its own text, or it is not a version."""
    _check_text(text, style)


@given(st.lists(LIKELY, min_size=3, max_size=3), st.sampled_from(STYLES))
def test_total_preorder(texts: list[str], style: Style) -> None:
    """The order is reflexive, transitive and total among versions that can be compared."""
    read = [parse(text, style) for text in texts]
    _check_order([version for version in read if version])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_many_random_texts(part: int) -> None:
    """A hundred thousand random texts are read, and keep the order, in both styles."""
    source = random.Random(part)  # noqa: S311 (it makes texts, no secrets)
    pieces = [*"0123456789", *"0123456789", *".-_+~:!vurcabmp", *WORDS, "2024-11-07", "20260815"]
    near: list[Version] = []
    for _ in range(10_000):
        text = "".join(source.choices(pieces, k=source.randint(1, 7)))
        for style in STYLES:
            _check_text(text, style)
            if (version := parse(text, style)) and style == "loose":
                near = [*near[-2:], version]
        _check_order(near)


PEP_440 = (
    "1.0.dev9 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 "
    "1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 v1.0 1.0+abc 1.0+abc.5 "
    "1.0+abc.10 1.0+0 1.0+5 1.0+5.a 1.0.post456.dev34 1.0.post456 1.0-457 1.1.dev1 1!0.1 2!0.1"
)


def test_order_of_pep_440() -> None:
    """The versions of PEP 440's examples are ordered as packaging orders them."""
    texts = PEP_440.split()
    for one, other in itertools.product(texts, texts):
        left, right = parse(one), parse(other)
        assert left is not None
        assert right is not None
        expected = (Packaged(one) > Packaged(other)) - (Packaged(one) < Packaged(other))
        assert left.compare(right) == expected, (one, other)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("25.0.4_7", (Mark("_", 1, (7,)),)),
        ("21.0.5+11", (Mark("+", 1, (11,)),)),
        ("17.2-1", (Mark("-", 1, (1,)),)),
        ("8U502-B07", (Mark("b", 1, (7,)),)),
        ("1.2-V3", (Mark("v", 1, (3,)),)),
        ("1.2-P1", (Mark("p", 1, (1,)),)),
        ("1.0.0+build.6", (Mark("build", 1, (6,)),)),
        ("1.0.0+build", (Mark("", 0),)),
        ("10.0.Final", (Mark("", 0),)),
    ],
)
def test_marks_after_the_numbers(text: str, marks: tuple[Mark, ...]) -> None:
    """A build or a patch has its word or its separator; another word says nothing."""
    version = parse(text, "loose")
    assert version
    assert version.marks == marks


def test_marks_of_pep_440() -> None:
    """A post-release is not a build: it does not name the version before it."""
    post, own = parse("1.0.post2"), parse("1.0")
    assert post is not None
    assert own is not None
    assert post.after == (Mark("post", 1, (2,)),)
    assert not post.names(own)
    assert own.names(post)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2!3.15.0-rc.1", ("3.15.0-rc.1", "3.15.0-rc", "3.15-rc", "3-rc")),
        ("3.15.0b3", ("3.15.0b3", "3.15.0b", "3.15b", "3b")),
        ("v1.2.post3", ("v1.2.post3", "v1.2", "v1")),
    ],
)
def test_parts_of_pep_440(text: str, parts: tuple[str, ...]) -> None:
    """The shorter names of a pre-release keep its word, and those of a post-release do not."""
    version = parse(text)
    assert version is not None
    assert version.parts == parts


@given(LIKELY, LIKELY)
def test_as_packaging_does(one: str, other: str) -> None:
    """PEP 440 is read and ordered as packaging does."""
    left, right = parse(one), parse(other)
    try:
        packaged = Packaged(one), Packaged(other)
    except InvalidVersion:
        assert left is None or right is None
        return
    assert left is not None
    assert right is not None
    assert left.is_final is not packaged[0].is_prerelease
    expected = (packaged[0] > packaged[1]) - (packaged[0] < packaged[1])
    assert left.compare(right) == expected
