"""Warnings about the end of life depend on the given date, not on a clock."""

from __future__ import annotations

import datetime as dt

import pytest

from tagmatrix import config
from tagmatrix.matrix import end_of_life

TEXT = """\
image: app
repository: https://github.com/example/app.git
branch: main
maintainers: ["Example (@example)"]
flavors:
  default: {name: "{suite}", base: "debian:{suite}", template: app}
suites:
  trixie: {flavors: [default], architectures: [amd64]}
  bookworm: {flavors: [default], architectures: [amd64], end_of_life: 2028-06-30}
releases:
  "2":
    version: "2.0"
  "1":
    version: "1.9"
    end_of_life: "2026-10-31"
    deprecated: Use 2 instead.
"""


RELEASE = 'versions.yaml:15:18: releases["1"].end_of_life: 1 '
SUITE = "versions.yaml:9:71: suites.bookworm.end_of_life: bookworm "
SOON = "is supported until 2026-10-31; after that, retire it: delete its block"
PAST = "reached its end of life on 2026-10-31; retire it: delete its block"
DROP = "reached its end of life on 2028-06-30; drop it: delete its line"


def said(day: str) -> list[str]:
    """Return the warnings for a date."""
    loaded = config.parse(TEXT)
    as_of = dt.date.fromisoformat(day)
    return [problem.text("versions.yaml") for problem in end_of_life.warnings(loaded, as_of)]


@pytest.mark.parametrize(
    ("day", "warnings"),
    [
        ("2026-08-01", []),
        ("2026-08-02", [RELEASE + SOON]),
        ("2026-10-31", [RELEASE + SOON]),
        ("2026-11-01", [RELEASE + PAST]),
        ("2028-07-01", [RELEASE + PAST, SUITE + DROP]),
    ],
)
def test_the_day_decides(day: str, warnings: list[str]) -> None:
    """There is no warning long before an end, a notice in the last 90 days, a warning after it."""
    assert said(day) == warnings


def test_deprecation_is_data() -> None:
    """A release with a replacement is deprecated; a release without one is not."""
    releases = config.parse(TEXT).releases
    assert [release.deprecated for release in releases] == [None, "Use 2 instead."]
