"""Versions as projects write them: what is read, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version as Packaged

from tagmatrix.versions import (
    final_version,
    is_channel,
    is_final,
    is_pre_release_word,
    kind_of,
    most_exact,
    parse,
    split_tag,
    version_tag,
)
from tagmatrix.versions.pre_release_words import CHANNELS, PRE_RELEASES

FORMS = [
    # text, numbers, the word of the pre-release, the numbers of builds, parts
    ("3.14.6", (3, 14, 6), "", (), ["3.14.6", "3.14", "3"]),
    ("24.04", (24, 4), "", (), ["24.04", "24"]),
    ("2026.07.1", (2026, 7, 1), "", (), ["2026.07.1", "2026.07", "2026"]),
    ("20260815", (20260815,), "", (), ["20260815"]),
    ("20260811.1", (20260811, 1), "", (), ["20260811.1", "20260811"]),
    ("2024-11-07", (2024, 11, 7), "", (), ["2024-11-07", "2024-11", "2024"]),
    ("RELEASE.2024-11-07", (2024, 11, 7), "", (), ["RELEASE.2024-11-07"]),
    ("release.2024-11-07", (2024, 11, 7), "", (), ["release.2024-11-07"]),
    (
        "RELEASE.2024-11-07T00-52-20Z",
        (2024, 11, 7, 0, 52, 20),
        "",
        (),
        ["RELEASE.2024-11-07T00-52-20Z"],
    ),
    ("25.0.4_7", (25, 0, 4), "", (7,), ["25.0.4_7", "25.0.4", "25.0", "25"]),
    ("21.0.5+11", (21, 0, 5), "", (11,), ["21.0.5_11", "21.0.5", "21.0", "21"]),
    ("17.0.9+9-LTS", (17, 0, 9), "", (9,), ["17.0.9_9-LTS", "17.0.9", "17.0", "17"]),
    ("8u502-b07", (8, 502), "", (7,), ["8u502-b07", "8u502", "8"]),
    ("7u121", (7, 121), "", (), ["7u121", "7"]),
    ("20_36", (20,), "", (36,), ["20_36", "20"]),
    ("6b38", (6,), "", (38,), ["6b38", "6"]),
    ("8u412b08", (8, 412), "", (8,), ["8u412b08", "8u412", "8"]),
    ("1.2.3-b1", (1, 2, 3), "b", (), ["1.2.3-b1", "1.2.3-b", "1.2-b", "1-b"]),
    ("19b3", (19,), "b", (), ["19b3", "19b"]),
    ("6.0b38", (6, 0), "b", (), ["6.0b38", "6.0b", "6b"]),
    ("9-b181", (9,), "", (181,), ["9-b181", "9"]),
    ("8.8-m03", (8, 8), "m", (), ["8.8-m03", "8.8-m", "8-m"]),
    ("9.0.0-M1", (9, 0, 0), "m", (), ["9.0.0-M1", "9.0.0-M", "9.0-M", "9-M"]),
    (
        "8.0-milestone-1",
        (8, 0),
        "milestone",
        (),
        ["8.0-milestone-1", "8.0-milestone", "8-milestone"],
    ),
    ("8.0-CR1", (8, 0), "cr", (), ["8.0-CR1", "8.0-CR", "8-CR"]),
    ("28-ea-11", (28,), "ea", (), ["28-ea-11", "28-ea"]),
    ("4.0.0-rc-5", (4, 0, 0), "rc", (), ["4.0.0-rc-5", "4.0.0-rc", "4.0-rc", "4-rc"]),
    ("19beta3", (19,), "beta", (), ["19beta3", "19beta"]),
    ("12.0.Beta2", (12, 0), "beta", (), ["12.0.Beta2", "12.0.Beta", "12.Beta"]),
    ("1.0-SNAPSHOT", (1, 0), "snapshot", (), ["1.0-SNAPSHOT", "1-SNAPSHOT"]),
    ("7.3-preview.2", (7, 3), "preview", (), ["7.3-preview.2", "7.3-preview", "7-preview"]),
    ("3.5-dev", (3, 5), "dev", (), ["3.5-dev", "3-dev"]),
    ("3.5-nightly", (3, 5), "nightly", (), ["3.5-nightly", "3-nightly"]),
    ("1.2.3p1", (1, 2, 3), "", (1,), ["1.2.3p1", "1.2.3", "1.2", "1"]),
    ("1.2.3_p2", (1, 2, 3), "", (2,), ["1.2.3_p2", "1.2.3", "1.2", "1"]),
    ("1.2.3-2", (1, 2, 3), "", (2,), ["1.2.3-2", "1.2.3", "1.2", "1"]),
    ("8.0.40-31", (8, 0, 40), "", (31,), ["8.0.40-31", "8.0.40", "8.0", "8"]),
    ("1:2.3~rc1-1", (2, 3), "rc", (1,), ["2.3-rc1-1", "2.3-rc", "2-rc"]),
    ("2!1CR7", (1,), "cr", (), ["1CR7", "1CR"]),
    ("v2.11.55", (2, 11, 55), "", (), ["v2.11.55", "v2.11", "v2"]),
    ("17.06.0-ce", (17, 6, 0), "", (), ["17.06.0-ce", "17.06.0", "17.06", "17"]),
    ("10.0.0.Final", (10, 0, 0), "", (), ["10.0.0.Final", "10.0.0", "10.0", "10"]),
    ("1.4.0+git.1a2b", (1, 4, 0), "", (), ["1.4.0_git.1a2b", "1.4.0", "1.4", "1"]),
    ("20230226.0.129555", (20230226, 0, 129555), "", (), None),
    ("2023.6.20241111.0", (2023, 6, 20241111, 0), "", (), None),
    ("8.0.300.12", (8, 0, 300, 12), "", (), None),
    ("1.2.3-1", (1, 2, 3), "", (1,), None),
    ("18rc1", (18,), "rc", (), ["18rc1", "18rc"]),
    ("1.3.0-beta.1", (1, 3, 0), "beta", (), None),
    ("8.0-M04", (8, 0), "m", (), ["8.0-M04", "8.0-M", "8-M"]),
    ("8u412-b08", (8, 412), "", (8,), ["8u412-b08", "8u412", "8"]),
    ("1.8.0_412-b08", (1, 8, 0), "", (412, 8), ["1.8.0_412-b08", "1.8.0", "1.8", "1"]),
    ("1.0.0-alpha.1.2", (1, 0, 0), "alpha", (), None),
    ("1.2.3-x.7.z.92", (1, 2, 3), "x.7.z.92", (), ["1.2.3-x.7.z.92", "1.2.3-x", "1.2-x", "1-x"]),
    (
        "1.0.0-alpha.x.3",
        (1, 0, 0),
        "alpha.x.3",
        (),
        ["1.0.0-alpha.x.3", "1.0.0-alpha", "1.0-alpha", "1-alpha"],
    ),
    (
        "1.0.0-x-y-z.4",
        (1, 0, 0),
        "x-y-z.4",
        (),
        ["1.0.0-x-y-z.4", "1.0.0-x-y-z", "1.0-x-y-z", "1-x-y-z"],
    ),
    (
        "1.0.0-x-y-z",
        (1, 0, 0),
        "x-y-z",
        (),
        ["1.0.0-x-y-z", "1.0-x-y-z", "1-x-y-z"],
    ),
    ("25-ea+10", (25,), "ea", (10,), ["25-ea_10", "25-ea"]),
    (
        "1.0.0-alpha+001",
        (1, 0, 0),
        "alpha",
        (1,),
        ["1.0.0-alpha_001", "1.0.0-alpha", "1.0-alpha", "1-alpha"],
    ),
    ("9.0.0-rc+10", (9, 0, 0), "rc", (10,), ["9.0.0-rc_10", "9.0.0-rc", "9.0-rc", "9-rc"]),
    ("1.0.0+build.5", (1, 0, 0), "", (5,), ["1.0.0_build.5", "1.0.0", "1.0", "1"]),
    ("9b+6", (9,), "b", (6,), ["9b_6", "9b"]),
    (
        "8.2.0-canary.3",
        (8, 2, 0),
        "canary.3",
        (),
        ["8.2.0-canary.3", "8.2.0-canary", "8.2-canary", "8-canary"],
    ),
    ("8.2.0-next.5", (8, 2, 0), "next.5", (), None),
    ("8.2.0-edge.1", (8, 2, 0), "edge.1", (), None),
    ("1.0.0-rc.x.1+7", (1, 0, 0), "rc.x.1", (7,), None),
    ("1.0.0-0.3.7", (1, 0, 0), "0.3.7", (), ["1.0.0-0.3.7", "1.0-0.3.7", "1-0.3.7"]),
    ("1.91.0-insiders.2+7", (1, 91, 0), "insiders.2", (7,), None),
    ("1.2.3-0.1", (1, 2, 3), "", (0, 1), None),
    ("1.0a", (1, 0), "a", (), ["1.0a", "1a"]),
]


@pytest.mark.parametrize(("text", "numbers", "word", "builds", "parts"), FORMS)
def test_forms(
    text: str, numbers: tuple[int, ...], word: str, builds: tuple[int, ...], parts: list[str] | None
) -> None:
    """The loose style reads each form: numbers, pre-release, builds, parts as aliases."""
    version = parse(text, "loose")
    assert version is not None
    assert str(version) == text
    assert version.numbers == numbers
    assert (version.pre_release.word if version.pre_release else "") == word
    assert version.is_final is not bool(word)
    assert tuple(number for mark in version.after for number in mark.numbers) == builds
    assert parts is None or list(version.parts) == parts


@pytest.mark.parametrize(
    ("text", "scheme", "epoch", "precision"),
    [
        ("1.0.0", "numbers", 0, (3, 0)),
        ("1:1.0.0-x.1.2", "numbers", 1, (3, 2)),
        ("20260815.1", "date", 0, (2, 0)),
        ("2!20260815", "date", 2, (1, 0)),
        ("1:2026-08-15", "date", 1, (3, 0)),
        ("1:202608151", "numbers", 1, (1, 0)),
    ],
)
def test_schemes(text: str, scheme: str, epoch: int, precision: tuple[int, int]) -> None:
    """A date is one behind an epoch too; the numbers of a pre-release make it more exact."""
    version = parse(text, "loose")
    assert version
    assert (version.scheme, version.epoch, version.precision) == (scheme, epoch, precision)


@pytest.mark.parametrize("text", [form[0] for form in FORMS if "git" not in form[0]])
def test_a_tag_has_the_same_version(text: str) -> None:
    """The form for tags is a version with the same numbers that is final if the version is."""
    version = parse(text, "loose")
    assert version is not None
    found = split_tag(f"{version.tag}-slim").version
    assert found is not None
    assert found.numbers == version.numbers
    assert found.is_final is version.is_final
    assert [mark.numbers for mark in found.after] == [mark.numbers for mark in version.after]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nightly",
        "slim",
        "8.8-unstable",
        "8.8-edge",
        "8.8-edge.1",
        "8.2.0-canary",
        "1.0.0-slim",
        "1.0.0-slim-trixie",
        "1.0.0-x",
        "1.0+",
        "1.0-",
        ".1",
        "1..2",
        "1.0-alpine3.24",
        "1.0.0-x.1+~",
        "1.0.0-final.0.x",
        "1.0.0-p.0.x",
        "20260815.1.2-x.1",
        " 1.0",
        "1.0\n",
        "\u0663.\u0661",
        "9" * 300,
    ],
)
def test_not_a_version(text: str) -> None:
    """A channel, a suffix, other digits and half a version are not versions."""
    assert parse(text, "loose") is None
    assert parse(text.strip(), "pep440") is None or text != text.strip()


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("3.14.6-slim-trixie", ("", "3.14.6", "slim-trixie")),
        ("3.14-rc-slim", ("", "3.14-rc", "slim")),
        ("27-ea-3-jdk", ("", "27-ea-3", "jdk")),
        ("27-jdk", ("", "27", "jdk")),
        ("12-ea-14-jdk-alpine3.8", ("", "12-ea-14", "jdk-alpine3.8")),
        ("8u302-b08-jdk-focal", ("", "8u302-b08", "jdk-focal")),
        ("4.0.0-rc-5-eclipse-temurin-17", ("", "4.0.0-rc-5", "eclipse-temurin-17")),
        ("8.0.0RC3-fpm", ("", "8.0.0RC3", "fpm")),
        ("v3.0.0-beta5-windowsservercore", ("", "v3.0.0-beta5", "windowsservercore")),
        ("8.8-unstable", ("", "8.8", "unstable")),
        ("cli-2.12.0", ("cli", "2.12.0", "")),
        ("cli-2-php8.4", ("cli", "2", "php8.4")),
        ("tip-20260815", ("tip", "20260815", "")),
        ("nightly-2026-08-15", ("nightly", "2026-08-15", "")),
        ("bookworm-20260803-slim", ("bookworm", "20260803", "slim")),
        ("open-8u302-b08-jdk", ("open", "8u302-b08", "jdk")),
        ("13.0-ubi-rc", ("", "13.0-rc", "ubi")),
        ("1.0.0-x-y-z", ("", "1.0.0-x-y-z", "")),
        ("1.0-a", ("", "1.0", "a")),
        ("beta-php7.4", ("", None, "beta-php7.4")),
        ("alpine3.24", ("", None, "alpine3.24")),
        ("latest", ("", None, "latest")),
    ],
)
def test_split_tag(tag: str, parts: tuple[str, str | None, str]) -> None:
    """A tag has words, a version and a rest; neither alpine3.24 nor php8.4 is one."""
    before, version, rest = split_tag(tag)
    assert (before, str(version) if version else None, rest) == parts


def test_channels_are_not_pre_releases() -> None:
    """Words that are a choice are channels; words that mean a pre-release are not."""
    assert all(map(is_channel, ("unstable", "edge", "next", "testing", "canary", "Rolling")))
    assert not any(map(is_pre_release_word, ("unstable", "edge", "next", "slim", "a")))
    assert all(map(is_pre_release_word, ("rc", "RC", "ea", "beta", "SNAPSHOT", "milestone")))
    assert not any(map(is_channel, ("rc", "ea", "slim")))


def test_the_words_are_documented() -> None:
    """The guide has the table of the words of pre-releases, and lists all channels."""
    text = (Path(__file__).parents[2] / "docs/your-own-image.md").read_text(encoding="utf-8")
    ranks: dict[int, list[str]] = {}
    for word, rank in PRE_RELEASES.items():
        ranks.setdefault(rank, []).append(f"`{word}`")
    rows = [f"| {number} | {', '.join(words)} |" for number, words in enumerate(ranks.values(), 1)]
    assert "\n".join(["| rank | words |", "|---|---|", *rows]) in text
    channels = ", ".join(f"`{word}`" for word in sorted(CHANNELS))
    assert f"The channels are {channels}." in text.replace("\n", " ")


@pytest.mark.parametrize(
    ("text", "channel", "kind"),
    [
        ("8.9.0-canary.3", "canary", "a version of the channel canary"),
        ("8.9.0-Next.5+7", "next", "a version of the channel next"),
        ("8.9.0-edge.1.x", "edge", "a version of the channel edge"),
        ("8.9.0-insiders.2", "", "a pre-release"),
        ("8.9.0-alpha.next.1", "", "a pre-release"),
        ("8.9.0", "", "a final version"),
    ],
)
def test_versions_of_channels(text: str, channel: str, kind: str) -> None:
    """A version of a channel is not final, and is not called a pre-release."""
    version = parse(text, "loose")
    assert version is not None
    assert (version.channel, version.kind) == (channel, kind)
    assert version.is_final is (text == "8.9.0")


def test_texts_in_words_and_tags() -> None:
    """What is not a version has a kind too, and stays as a tag; the style counts."""
    assert kind_of("edge") == "not a version"
    assert version_tag("edge") == "edge"
    assert version_tag("1.0~rc1", "loose") == "1.0-rc1"
    assert version_tag("1.0~rc1") == "1.0~rc1"
    assert is_final("8u502-b07", "loose") is True
    assert final_version("8u502-b07", "loose") == "8u502"


@pytest.mark.parametrize(
    ("texts", "best"),
    [
        ("3.14.5 3.14 3.14.6", "3.14.6"),
        ("3.14.6 3.14.5", "3.14.6"),
        ("3.13.9 3.14.5", "3.13.9"),
        ("1.0 1.0-rc", "1.0-rc"),
        ("", None),
    ],
)
def test_most_exact(texts: str, best: str | None) -> None:
    """The most exact version has the most numbers; of two of one line it is the newer one."""
    found = most_exact(version for text in texts.split() if (version := parse(text, "loose")))
    assert best == (str(found) if found else None)


@pytest.mark.parametrize(
    "text",
    ["3.15-rc", "3.15rc", "3.15.0b3", "3.15.0-b-3", "3.15.0_rc.2", "3.15.a03", "3.15.0alpha1"],
)
def test_pre_releases_of_pep440(text: str) -> None:
    """Usual spellings of pre-releases are read without `packaging`, as it reads them."""
    version, packaged = parse(text), Packaged(text)
    assert version is not None
    assert version.numbers == packaged.release
    assert [(mark.word, *mark.numbers) for mark in version.marks] == [packaged.pre]
