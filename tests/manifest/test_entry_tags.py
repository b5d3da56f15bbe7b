"""Read versions, aliases and spellings from the tags of an entry, as many images write them."""

from __future__ import annotations

import pytest

from tagmatrix.manifest import build, parse
from tagmatrix.manifest.base_systems import Suites, split_suite
from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.manifest.exact_aliases import fixed_tags
from tests.diff.samples import GLOBAL, entry
from tests.facts import facts


@pytest.mark.parametrize(
    ("tags", "version", "date", "variant"),
    [
        ("3.14.6-slim-trixie 3.14-slim-trixie 3-slim", "3.14.6", "", "slim-trixie"),
        ("17beta3 17beta3-trixie", "17beta3", "", "trixie"),
        ("8.0.40-oraclelinux9 8.0-oracle 8.0.40", "8.0.40", "", "oraclelinux9"),
        ("1.23rc1-bookworm 1.23-rc-bookworm rc-bookworm", "1.23rc1", "", "bookworm"),
        ("tip-20241109-alpine3.20 tip-alpine3.20", "20241109", "", "alpine3.20"),
        ("3.4.0-preview2-slim-bookworm 3.4-rc-slim-bookworm", "3.4.0-preview2", "",
         "slim-bookworm"),
        ("8u432-al2023 8-al2023 8u432 8", "8u432", "", "al2023"),
        ("open-8u432-b06-jdk-focal open-8-jdk-focal", "8u432-b06", "", "open-jdk-focal"),
        ("temurin-21-tools-deps-1.12.0.1479-bookworm temurin-21-tools-deps temurin-21",
         "1.12.0.1479", "", "temurin-21-tools-deps-bookworm"),
        ("3.9.9-eclipse-temurin-21 3.9-eclipse-temurin-21 3 latest", "3.9.9", "",
         "eclipse-temurin-21"),
        ("8.10.2-jdk21-jammy 8.10-jdk21 jdk21", "8.10.2", "", "jdk21-jammy"),
        ("bookworm-20241111 bookworm 12.8 12", "12.8", "20241111", ""),
        ("bookworm-20241111-slim bookworm-slim 12.8-slim", "12.8", "20241111", "slim"),
        ("noble-20241015 noble 24.04", "24.04", "20241015", ""),
        ("27.3.1-dind 27-dind dind 27.3.1-dind-rootless", "27.3.1", "", "dind-rootless"),
        ("27.3.1-windowsservercore-ltsc2022 windowsservercore-1809", "27.3.1", "",
         "windowsservercore-ltsc2022"),
        ("windowsservercore-1809 windowsservercore", None, "", "windowsservercore-1809"),
        ("4.0.3-management-alpine 4-management-alpine", "4.0.3", "", "management-alpine"),
        ("1.20.0-scala_2.12-java11 scala_2.12-java11", "1.20.0", "", "scala_2.12-java11"),
        ("1.27.2-alpine3.20-perl mainline-alpine3.20-perl 1-alpine-perl", "1.27.2", "",
         "alpine3.20-perl"),
        ("3.1-dev13-bookworm 3.1-dev-bookworm", "3.1-dev13", "", "bookworm"),
        ("2.8.4-builder-windowsservercore-1809 builder-windowsservercore-1809", "2.8.4", "",
         "builder-windowsservercore-1809"),
        ("11.0.0-M22-jdk21 11.0.0-jdk21 11.0-jdk21", "11.0.0-M22", "", "jdk21"),
        ("13.0.1-ubi10-rc 13.0-ubi-rc", "13.0.1-rc", "", "ubi10"),
        ("1.17.3-otp-27-slim 1.17-otp-27-slim otp-27-slim", "1.17.3", "", "otp-27-slim"),
        ("enterprise-7.6.4 enterprise 7.6.4 latest", "7.6.4", "", "enterprise"),
        ("3.10-7.3.17-slim 3.10-slim 3-slim", "3.10-7.3.17", "", "slim"),
        ("9.5-minimal-20241112 9.5-minimal 9-minimal", "9.5", "20241112", "minimal"),
        ("base-20241110.0.278197 base latest", "20241110.0.278197", "", ""),
        ("8-jdk-alpine-3.23 8u482-b08-jdk-alpine-3.23 8-jdk-alpine", "8u482-b08", "",
         "jdk-alpine-3.23"),
        ("v3.7.11 3.7.11 v3.7 langres", "v3.7.11", "", ""),
        ("20260805 edge", "20260805", "", ""),
        ("nightly-2026-08-15-slim nightly-slim", "2026-08-15", "", "slim"),
        ("RELEASE.2024-11-07T00-52-20Z", "RELEASE.2024-11-07T00-52-20Z", "", ""),
        ("3.9.5-jre-17 3.9-jre-17", "3.9.5", "", "jre-17"),
        ("45 rawhide", "45", "", ""),
        ("5.0-20260727 5.0", "5.0-20260727", "", ""),
        ("v1.18.0-debian-1.4 v1.18-debian-1", "v1.18.0-1.4", "", "debian"),
    ],
)  # fmt: skip
def test_versions(tags: str, version: str | None, date: str, variant: str) -> None:
    """The version, the date and the variant are found in the tags of many images."""
    (read,) = read_entry_tags(build(GLOBAL, [entry(tags)]))
    assert (str(read.version) if read.version else None) == version
    assert (str(read.date) if read.date else "") == date
    assert read.variant == variant


def test_the_longest_suffix_of_a_name() -> None:
    """A name before a suffix has the longest suffix of the versions."""
    (read,) = read_entry_tags(
        build(GLOBAL, [entry("1.2.3-slim 1.2.3-debian-slim edge-debian-slim")])
    )
    assert [tag.alias for tag in read.tags] == ["1.2.3", "1.2.3", "edge"]


def test_names_are_combinations() -> None:
    """A tag without a date is its alias and its spelling, in all real manifests."""
    for name, known in facts("manifests").items():
        for read in read_entry_tags(parse(known["text"])):
            for tag in read.tags:
                words = f"{tag.alias}-{tag.spelling}".split("-")
                left = sorted(word for word in words if word not in {"", "latest"})
                assert left == sorted(set(tag.name.split("-")) - {"latest"}), (name, tag)


@pytest.mark.parametrize(
    ("word", "before", "suite"),
    [
        ("trixie", "", ("", "trixie")),
        ("alpine3.24", "", ("alpine", "3.24")),
        ("3.24", "alpine", ("", "3.24")),
        ("24.04", "ubuntu", ("", "24.04")),
        ("1809", "nanoserver", ("", "1809")),
        ("ltsc2025", "windowsservercore", ("", "ltsc2025")),
        ("1809", "", None),
        ("slim", "", None),
        ("3.24", "", None),
        ("17", "windowsservercore", None),
    ],
)
def test_suites(word: str, before: str, suite: tuple[str, str] | None) -> None:
    """A word names a release of a base system by itself, or after the system's name."""
    assert split_suite(word, before) == suite


def test_suite_by_position() -> None:
    """A word where other variants have a suite is a suite."""
    suites = Suites(["slim-bookworm", "slim-later"])
    assert suites.split("slim-later") == ("slim", "later")
    assert suites.split("fpm-alpine3.24-slim") == ("fpm-alpine-slim", "3.24")


@pytest.mark.parametrize(
    ("tags", "fixed"),
    [
        ("3.14.6-slim-trixie 3.14-slim-trixie 3.14.6-slim slim", "3.14.6-slim-trixie 3.14.6-slim"),
        ("v3.7.11 3.7.11 v3.7 3.7 langres", "v3.7.11 3.7.11"),
        ("1.27.0-trixie 1.27-trixie 1.27.0 1.27 latest", "1.27.0-trixie 1.27.0"),
        ("cli-2.12.0 cli-2.12 cli", "cli-2.12.0"),
        ("bookworm bookworm-20260803 12.15 12", "bookworm-20260803 12.15"),
        ("9.6 9 9-20260801 20260801 noble", "9.6 9-20260801 20260801"),
        ("25.0.4_8-jdk 25.0.4-jdk 25-jdk", "25.0.4_8-jdk 25.0.4-jdk"),
        ("8.9.0-canary.3 8.9-canary canary", "8.9.0-canary.3"),
        ("trixie-scm stable-scm", ""),
    ],
)
def test_fixed_tags(tags: str, fixed: str) -> None:
    """A tag is fixed if it has the most exact version, or the date of a build."""
    assert fixed_tags(build(GLOBAL, [entry(tags)])) == {*fixed.split()}
