"""Random releases of a cycle in the styles of many projects, from the oldest to the newest.

This module knows the styles by how they are made. It does not use the package that reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release: its aliases, the full version first, and whether it is final."""

    aliases: tuple[str, ...]
    final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The releases of a major version in one style; see STYLES.

    Attributes:
        releases: makes the releases of the cycle of a major version, the oldest first.
        major: whether the last alias of a final release is the major version alone.
        prefix: a word before every alias, `cli`.
    """

    releases: Callable[[random.Random, int], list[Release]]
    prefix: str = ""


def _rising(rng: random.Random, count: int = 4, first: int = 0) -> list[int]:
    """Return rising numbers, with a change of the number of digits among them."""
    start = rng.choice([first, 8 + first, 98 + first])
    numbers = [start]
    for _ in range(count - 1):
        numbers.append(numbers[-1] + rng.randint(1, 3))
    return numbers


def _final(*aliases: str) -> Release:
    return Release(aliases=aliases)


def _early(*aliases: str) -> Release:
    return Release(aliases=aliases, final=False)


def three_numbers(rng: random.Random, major: int) -> list[Release]:
    """Python, ruby, redis: 3.14.6."""
    minor = rng.randint(0, 14)
    return [_final(f"{major}.{minor}.{n}", f"{major}.{minor}") for n in _rising(rng)]


def node(rng: random.Random, major: int) -> list[Release]:
    """Node: 22.3.1, 22.3, 22."""
    return [_final(f"{major}.{n}.0", f"{major}.{n}", f"{major}") for n in _rising(rng)]


def two_numbers(rng: random.Random, major: int) -> list[Release]:
    """Postgres: 17.2, 17."""
    return [_final(f"{major}.{n}", f"{major}") for n in _rising(rng, first=1)]


def four_numbers(rng: random.Random, major: int) -> list[Release]:
    """Clojure and erlang: 1.12.0.1479."""
    return [_final(f"{major}.12.0.{n}", f"{major}.12.0", f"{major}.12") for n in _rising(rng)]


def build(rng: random.Random, major: int) -> list[Release]:
    """Temurin: 20_36, 20.0.1_9, 20.0.2.1_1."""
    first = _final(f"{major}_{rng.choice([35, 36, 37])}", f"{major}")
    later = [_final(f"{major}.0.{n}_{rng.randint(1, 13)}", f"{major}") for n in (1, 2, 9, 10)]
    patched = _final(f"{major}.0.10.1_1", f"{major}")
    return [first, *later, patched]


def java8(rng: random.Random, major: int) -> list[Release]:
    """Java 8: 8u412-b08."""
    return [
        _final(f"{major}u{n}-b{rng.randint(1, 12):02}", f"{major}") for n in _rising(rng, first=302)
    ]


def early_access(rng: random.Random, major: int) -> list[Release]:
    """OpenJDK: 27-ea-4."""
    return [_early(f"{major}-ea-{n}", f"{major}-ea", f"{major}") for n in _rising(rng, first=1)]


def milestone(rng: random.Random, major: int) -> list[Release]:
    """Tomcat and redis: 11.0.0-M22, 8.0-m03, 8.0-milestone-1."""
    form = rng.choice(["{}.0.0-M{}", "{}.0-m{:02}", "{}.0-M{:02}", "{}.0-milestone-{}"])
    return [_early(form.format(major, n), f"{major}.0") for n in _rising(rng, first=1)]


def candidate(rng: random.Random, major: int) -> list[Release]:
    """Pre-releases of many projects: 3.15.0b3, 4.0.0-rc-5, 3.4.0-preview2, 8.0-CR1, 17beta3."""
    form, alias = rng.choice(
        [
            ("{}.1.0b{}", "{}.1-rc"),
            ("{}.0.0-rc-{}", "{}.0-rc"),
            ("{}.4.0-preview{}", "{}.4-rc"),
            ("{}.4.0-preview.{}", "{}.4-rc"),
            ("{}.0-CR{}", "{}.0-rc"),
            ("{}beta{}", "{}-rc"),
            ("{}.1-dev{}", "{}.1-dev"),
            ("{}.0.0RC{}", "{}.0-rc"),
            ("{}.0.0.Beta{}", "{}.0-beta"),
        ]
    )
    return [_early(form.format(major, n), alias.format(major)) for n in _rising(rng, first=1)]


def patch_level(rng: random.Random, major: int) -> list[Release]:
    """Patches and package revisions: 1.2.3p1, 1.2.3_p2, 1.2.3-2, 8.0.40-31."""
    form = rng.choice(["{}.2.3p{}", "{}.2.3_p{}", "{}.2.3-{}", "{}.0.40-{}", "{}.0-r{}"])
    numbers = _rising(rng, first=1)
    return [_final(form.format(major, n), f"{major}.x".removesuffix(".x")) for n in numbers]


def dated(rng: random.Random, major: int) -> list[Release]:
    """Photon and odoo: 5.0-20241207."""
    return [_final(f"{major}.0-{day}", f"{major}.0") for day in _days(rng)]


def calendar(rng: random.Random, major: int) -> list[Release]:
    """Versions that begin with the year: 2023.6.20241111.0."""
    return [_final(f"{2000 + major}.6.{day}.0", f"{2000 + major}") for day in _days(rng)]


def tip(rng: random.Random, major: int) -> list[Release]:
    """Builds of a branch: tip-20260815, nightly-2026-08-15."""
    word = rng.choice(["tip", "nightly", "devel", "rawhide"]) + (f"{major}" if major > 6 else "")
    days = _days(rng)
    if rng.random() < 0.5:
        days = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in days]
    return [_final(f"{word}-{day}", word) for day in days]


def codename(rng: random.Random, major: int) -> list[Release]:
    """Ubuntu: noble-20241015, noble, 24.04."""
    name = rng.choice(["noble", "jammy", "trusty"]) + "" * major
    return [_final(f"{name}-{day}", name, f"{major + 10}.04") for day in _days(rng)]


def dated_line(rng: random.Random, major: int) -> list[Release]:
    """Builds of a version that stays: 9-20260801 or 20260801 beside 9.6 and 9."""
    form = rng.choice([f"{major}-{{}}", "{}"])
    return [_final(form.format(day), f"{major}.6", f"{major}") for day in _days(rng)]


def minio(rng: random.Random, major: int) -> list[Release]:
    """Minio: RELEASE.2024-11-07T00-52-20Z."""
    del major
    return [
        _final(f"RELEASE.{day[:4]}-{day[4:6]}-{day[6:]}T00-52-20Z", "edge") for day in _days(rng)
    ]


def with_v(rng: random.Random, major: int) -> list[Release]:
    """Traefik: v3.7.11 beside 3.7.11."""
    return [
        _final(f"v{major}.7.{n}", f"{major}.7.{n}", f"v{major}.7", f"{major}.7")
        for n in _rising(rng)
    ]


def _days(rng: random.Random) -> list[str]:
    """Return rising dates."""
    year = rng.randint(2017, 2026)
    months = sorted(rng.sample(range(1, 13), 4))
    return [f"{year}{month:02}{rng.randint(1, 28):02}" for month in months]


STYLES = {
    style.__name__: Style(releases=style)
    for style in (
        three_numbers, node, two_numbers, four_numbers, build, java8, early_access, milestone,
        candidate, patch_level, dated, calendar, tip, codename, dated_line, minio, with_v,
    )
} | {
    "behind_a_word": Style(releases=three_numbers, prefix="cli"),
    "behind_words": Style(releases=node, prefix="temurin-21-lein"),
}  # fmt: skip
