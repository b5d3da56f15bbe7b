"""The line about each version of upstream."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.config.model import AxisSource, Upstream
from tagmatrix.update import verdicts
from tagmatrix.update.axes import ListedValues
from tagmatrix.upstream.release_order import UpstreamRelease
from tests.projects import VERSIONS

NO_VERSION = "it is not a version; `match` or `strip` takes one out of a text"
OLD = "not taken: 8.3: older than `min`, 8.4"
CONFIG = config.parse(VERSIONS)
OURS = CONFIG.releases[0]


def listed(*versions: str) -> list[UpstreamRelease]:
    """Return releases without a date."""
    return [UpstreamRelease(version, None) for version in versions]


@pytest.mark.parametrize(
    ("cycle", "version", "published", "lines"),
    [
        ("2.1", "2.1.3", ["2.1.3"], ["taken: 2.1.3, as in versions.yaml"]),
        (
            "2.1",
            "2.1.3",
            ["2.1.5rc1", "2.1.4", "2.1.3"],
            [
                "taken: 2.1.4, instead of 2.1.3",
                "not taken: 2.1.5rc1: a pre-release, and 2.1.3 is final",
                "not taken: 2.1.3: older than 2.1.4",
            ],
        ),
        (
            "2.1",
            "2.1.3",
            ["2.1.2", "2.1.1"],
            [
                "taken: none; versions.yaml keeps 2.1.3",
                "not taken: 2.1.2 and 2.1.1: older than 2.1.3",
            ],
        ),
        (
            "2.2-rc",
            "2.2.0rc1",
            ["2.2.0", "2.2.0rc1"],
            [
                "taken: 2.2.0rc1, as in versions.yaml",
                "not taken: 2.2.0: `tagmatrix promote 2.2-rc --download` makes the cycle final",
            ],
        ),
    ],
)
def test_of_release(cycle: str, version: str, published: list[str], lines: list[str]) -> None:
    """Each published version is taken, or there is a reason."""
    release = replace(OURS, cycle=cycle, version=version)
    assert verdicts.of_release(release, listed(*published)) == lines


@pytest.mark.parametrize(
    ("versions", "values", "lines"),
    [
        (
            ["8.6.0", "8.6.1", "8.5.1", "8.4.9", "8.3.1"],
            ["8.6", "8.5", "8.4"],
            ["taken: 8.6 and 8.5", "not taken: 8.4: `newest` is 2", OLD],
        ),
        (["8.5.1"], ["8.5"], ["taken: none; upstream no longer lists 8.4"]),
        (
            ["8.5.1", "8.4.9", "8.7.0 (security)", "8.6.0rc1", "9", "10"],
            ["8.5", "8.4"],
            [
                "taken: 8.5 and 8.4",
                f"not taken: 8.7.0 (security): {NO_VERSION}",
                "not taken: 8.6.0rc1: a pre-release",
                "not taken: 9 and 10: it has fewer numbers than 8.5",
            ],
        ),
    ],
)
def test_of_axis(versions: list[str], values: list[str], lines: list[str]) -> None:
    """The newest values are taken; each other version has a reason."""
    axis = AxisSource(
        values=("8.5", "8.4"), upstream=Upstream(name="a", manifests=""), newest=2, min="8.4"
    )
    listed = ListedValues(values=tuple(values), blocked={})
    assert verdicts.of_axis(axis, versions, listed) == lines


def test_of_no_cycle() -> None:
    """A version is of a cycle, of none, or is not a version."""
    old = [f"1.{number}.0" for number in range(7)]
    add = "tagmatrix add 2.2-rc --download"
    assert verdicts.of_no_cycle(CONFIG, ["2.1.4", "nightly", "2.2.0rc1", "2.2.0rc1", *old]) == [
        "not taken: nightly: it is not a version; `match` or `strip` takes one out of a text",
        f"not taken: 2.2.0rc1: no cycle of versions.yaml has it; `{add}` adds 2.2-rc",
        "not taken: 1.0.0, 1.1.0, 1.2.0, 1.3.0, 1.4.0 and 2 more: no cycle of versions.yaml has it",
    ]
    own = replace(OURS, upstream=Upstream(name="a", manifests=""))
    config_of_two = replace(CONFIG, releases=(own, *CONFIG.releases[1:]))
    assert verdicts.of_no_cycle(config_of_two, ["2.1.4", "2.0.9"]) == [
        "not taken: 2.1.4: 2.1 has a source of its own"
    ]
