"""Check aliases that lag behind, and names of final releases on pre-releases."""

from __future__ import annotations

import pytest

from tagmatrix.manifest.checks import LintedManifest, check_document
from tagmatrix.manifest.raw import RawManifest
from tests.facts import facts
from tests.manifest.samples import HEAD


def findings(*entries: str) -> list[tuple[str, str]]:
    """Return rule and problem of the findings about entries with these tags."""
    paragraphs = [
        f"Tags: {', '.join(tags.split())}\nGitCommit: {number:040x}\n"
        for number, tags in enumerate(entries, 1)
    ]
    content = "\n".join([HEAD, *paragraphs]).encode()
    document = LintedManifest.read(RawManifest(name="x", origin="library/x", content=content))
    return [(finding.rule, finding.problem) for finding in check_document(document)]


def test_version_without_its_build() -> None:
    """A tag with all numbers of its version stays where it is when a newer build exists."""
    assert findings("8.8.2-1 8.8.2", "8.8.2-2") == []


def test_left_behind() -> None:
    """The major version that stays at an older minor is reported; `latest` is a note."""
    assert findings("8.10.0 8.10", "8.8.2 8.8 8 latest", "8.2.8 8.2") == [
        ("left-behind", "8 is 8.8.2, but 8.10.0 is final: move it there"),
        ("latest-behind", "latest is 8.8.2, but 8.10.0 is final: check that it is intended"),
    ]


@pytest.mark.parametrize(
    "entries",
    [
        ("8.10-rc2 8.10-rc", "8.8.2 8.8 8 latest"),
        ("8.10.0 8.10 8 latest", "8.8.2 8.8"),
        ("8.10.0-alpine 8.10-alpine", "8.8.2 8.8 8 latest"),
        ("5.45.2 5.45 devel", "5.44.0 5.44 5 latest"),
        ("tip-20260815 tip", "8.8.2 8.8 8 latest"),
        ("9.0.1 9.0 9", "8.8.2 8.8 8"),
        ("8.10.0-trixie 8.10-trixie", "8.8.2-bookworm 8-bookworm"),
        ("cli-2.12.0 cli-2", "1.4.1 1 latest"),
    ],
)
def test_not_left_behind(entries: tuple[str, ...]) -> None:
    """Pre-releases, channels, other flavors, suites, products and majors don't count."""
    assert findings(*entries) == []


@pytest.mark.parametrize("early", ["7.0-rc1", "7.0.0-M3", "7.0-CR1", "7.0.0-preview2", "7.0b1"])
def test_final_name(early: str) -> None:
    """The name of a final release must not be on a pre-release, with or without a suffix."""
    tags = f"{early} 7.0 7.0-rc {early}-bullseye 7.0-bullseye 7.0-rc-bullseye"
    problem = (
        f"7.0 and 7.0-bullseye belong to a final release, but this is {early}: "
        "name the pre-release in the tag"
    )
    assert findings(tags, "6.2.6 6.2 6 latest") == [("final-name", problem)]


def test_final_name_of_early_access() -> None:
    """OpenJDK named early-access builds `22` until 2023, and only `27-ea` since then."""
    problem = (
        "22-jdk and 22 belong to a final release, but this is 22-ea-17: "
        "name the pre-release in the tag"
    )
    assert findings("22-ea-17-jdk 22-ea-17 22-ea-jdk 22-ea 22-jdk 22") == [("final-name", problem)]
    assert findings("27-ea-18-jdk 27-ea-18 27-ea-jdk 27-ea") == []
    assert findings("6b38-jdk 6b38 6-jdk 6") == []


@pytest.mark.parametrize(
    ("tags", "wrong"),
    [
        ("beta-6.1-RC4-apache beta-6.1-apache beta-6 beta-apache beta-6.1 beta", "cli-6.1"),
        ("9.0.0-M1 9.0.0-M 9.0-M 9-M 9.0.0-M1-jdk17 9.0-M-jdk17", "9.0-jdk17"),
        ("v9.0.0-M1 9.0-M v9.0-m", "v9.0"),
        ("8.8-m03 8.8-m 8-m 8.8-m-alpine", "8.8-mini"),
    ],
)
def test_name_with_the_word_of_a_pre_release(tags: str, wrong: str) -> None:
    """A word before the version, and a part of the pre-release itself, name the pre-release."""
    final = "5.8.2-apache 5.8-apache 5.8.2 5.8 5 latest"
    assert findings(tags, final) == []
    ((rule, problem),) = findings(f"{tags} {wrong}", final)
    assert rule == "final-name"
    assert problem.startswith(f"{wrong} belongs")


def test_real_manifests() -> None:
    """The real manifests have no such problem; `latest` is a note for three of them."""
    for name, known in facts("manifests").items():
        source = RawManifest(name=name, origin=name, content=known["text"].encode())
        rules = {finding.rule for finding in check_document(LintedManifest.read(source))}
        assert not rules & {"left-behind", "final-name"}, name
        assert ("latest-behind" in rules) == (name in {"amazoncorretto", "influxdb"}), name


@pytest.mark.parametrize("tags", ["3.14.5 3.14.6 3.14", "3.14.6 3.14 3.14.5", "3.14 3.14.5 3.14.6"])
def test_two_versions(tags: str) -> None:
    """An entry with two full versions of one line is reported, in any order of its tags."""
    problem = (
        "3.14.5 has another full version than 3.14.6, and an image has only one: remove the tags "
        "of the other version"
    )
    assert findings(tags) == [("two-versions", problem)]


@pytest.mark.parametrize(
    "tags",
    [
        "9.0.14 9.0 8.0.504",
        "25.0.4 25.0.4_7",
        "8.1 8 8.4-cs",
        "3.13.15 cli-3.13.14",
        "8.0.2 8.0 8.0.1-plugin",
        "3.14.6 3.14.6-php8.4.1",
    ],
)
def test_versions_of_two_products(tags: str) -> None:
    """The version of another product, or of a build, is not reported."""
    assert findings(tags) == []
