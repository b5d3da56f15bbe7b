"""Real steps of six manifests: what `library diff` must not say about them."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from tagmatrix.diff import Effect, Severity, diff, infer
from tagmatrix.diff.markdown import markdown
from tagmatrix.diff.text import text
from tagmatrix.manifest import parse
from tests.facts import facts

from .samples import tags_of

if TYPE_CHECKING:
    from tagmatrix.diff import Changes
    from tagmatrix.manifest import Manifest

IMAGES = ("eclipse-temurin", "node", "openjdk", "php", "tomcat", "wordpress")
BREAKING = {
    "eclipse-temurin": ["2023-04-26", "2025-04-23"],
    "node": ["2018-11-01", "2019-10-22", "2020-10-27", "2022-04-20", "2022-10-26"],
    "openjdk": [],
    "php": ["2023-06-13"],
    "tomcat": ["2022-07-21"],
    "wordpress": ["2017-12-08"],
}
"""The steps that lose tags or architectures, by date; none of them goes back."""


@cache
def steps(image: str) -> list[tuple[str, Manifest, Manifest]]:
    """Return the date and the two manifests of each step."""
    return [
        (step["date"], parse(step["old"]), parse(step["new"])) for step in facts("histories")[image]
    ]


@cache
def changes_of(image: str) -> list[tuple[str, Changes]]:
    """Return the date and the changes of each step."""
    return [(date, diff(old, new)) for date, old, new in steps(image)]


@pytest.mark.slow
@pytest.mark.parametrize("image", IMAGES)
def test_breaking_steps(image: str) -> None:
    """Exactly the steps that lose something are breaking, and all can be printed."""
    found = changes_of(image)
    assert [date for date, one in found if one.severity is Severity.BREAKING] == BREAKING[image]
    for _, changes in found:
        assert text(changes)
        assert markdown(changes, image)


@pytest.mark.slow
@pytest.mark.parametrize("image", IMAGES)
def test_nothing_goes_back(image: str) -> None:
    """No step goes back, moves to a pre-release, or becomes final a second time."""
    never = {Effect.GOES_BACK, Effect.FIXED, Effect.PRERELEASE, Effect.BECOMES_FINAL}
    for date, changes in changes_of(image):
        assert not {change.reason.kind for change in changes.changes} & never, date


@pytest.mark.slow
@pytest.mark.parametrize("image", IMAGES)
def test_versions_are_read(image: str) -> None:
    """Every image has a version, and no part of a version is in its variant."""
    part = re.compile(r"(ea|rc|beta|alpha|m|b)?\d+([._]\d+)*", re.IGNORECASE)
    for date, *sides in steps(image):
        for cell in chain.from_iterable(one.cells.values() for one in infer(*sides)):
            assert cell.version is not None, (date, cell)
            words = re.sub(r"(alpine|nanoserver|windowsservercore)-[\d.]+", "", cell.variant)
            assert not any(part.fullmatch(word) for word in words.split("-")), (date, cell)


def test_early_access_is_expected() -> None:
    """Steps of openjdk from one early-access build to the next are expected."""
    severities = {date: changes.severity for date, changes in changes_of("openjdk")}
    notable = [date for date, one in severities.items() if one is not Severity.EXPECTED]
    assert notable == ["2021-08-25"]  # the default suite moved


def test_command_line_images_have_their_own_version() -> None:
    """The images `cli` of wordpress have versions of their own, with `cli` in the variant."""
    for date, *sides in steps("wordpress"):
        for side in infer(*sides):
            versions = {cell.version_text for cell in side.cells.values() if cell.product == "cli"}
            assert len(versions) == 1, date
            assert versions.pop().startswith(("1.", "2.")), date
            assert all(
                cell.variant.startswith("cli-")
                for cell in side.cells.values()
                if cell.product == "cli"
            ), date


def test_candidates_of_patches_end_silently() -> None:
    """A release candidate of php ends as expected when the patch is out."""
    ended = [tags_of(changes, Effect.CYCLE_ENDS) for _, changes in changes_of("php")]
    assert not any(tag.startswith(("8.1-rc", "8.2-rc")) for tags in ended for tag in tags)
