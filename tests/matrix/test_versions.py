"""Versions in versions.yaml: styles, releases without a version, versions of variants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tagmatrix.problems import ConfigError
from tests.config.samples import load, refusal, warnings

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE = """\
image: app
repository: https://example.org/app.git
branch: main
maintainers: [Ada Lovelace (@ada)]
{top}
flavors:
  default:
    name: "{{suite}}"
    base: debian:{{suite}}
    template: app
    on_default_suite: {{tags: [""]}}
default_suites: {{default: trixie}}
suites:
  trixie: {{flavors: [default], architectures: [amd64]}}
releases:
{releases}
"""


def text(*releases: str, top: Iterable[str] = ("version_style: loose",)) -> str:
    """Return a versions.yaml with releases, each in one line."""
    lines = "\n".join(f"  {release}" for release in releases)
    return BASE.format(top="\n".join(top), releases=lines)


def tags(*releases: str, top: Iterable[str] = ("version_style: loose",)) -> list[list[str]]:
    """Return the tags without a suffix of each image."""
    _, matrix = load(text(*releases, top=top))
    return [
        [tag.name for tag in image.tags if not tag.spelling.text and tag.alias.text != "latest"]
        for image in matrix.images
    ]


@pytest.mark.parametrize(
    ("release", "found"),
    [
        ('"25": {version: "25.0.4_7"}', ["25.0.4_7", "25"]),
        ('"21": {version: "21.0.5+11"}', ["21.0.5_11", "21"]),
        ('"8": {version: "8u502-b07"}', ["8u502-b07", "8"]),
        ('"25-ea": {version: "25-ea+10"}', ["25-ea_10", "25-ea"]),
        ('"1-rc": {version: "1.0.0-alpha+001"}', ["1.0.0-alpha_001", "1-rc"]),
        ('"9-rc": {version: "9.0.0-rc+10"}', ["9.0.0-rc_10", "9-rc"]),
        ('"1": {version: "1.0.0+rc1"}', ["1.0.0_rc1", "1"]),
        ('"8.2-rc": {version: "8.2.0-canary.3"}', ["8.2.0-canary.3", "8.2-rc"]),
        ('"24.04": {version: "24.04", aliases: [noble]}', ["24.04", "24", "noble"]),
        ('"8.8-rc": {version: "8.8-m03"}', ["8.8-m03", "8.8-rc"]),
        ('"4-rc": {version: "4.0.0-rc-5"}', ["4.0.0-rc-5", "4-rc"]),
        ('"19": {version: "19beta3", cycle_tag: false}', ["19beta3"]),
        ('"2026": {version: "20260815", cycle_tag: false}', ["20260815", "2026"]),
        ('tip: {version: "20260815"}', ["20260815", "tip"]),
        ("tip: {version: null, aliases: [tip, edge]}", ["tip", "edge"]),
        ('"25": {version: "25.0.4", aliases: ["25.0.4_7"]}', ["25.0.4", "25", "25.0.4_7"]),
    ],
)
def test_loose_versions(release: str, found: list[str]) -> None:
    """The loose style makes the tags of versions as projects write them."""
    assert tags(release) == [found]


def test_parts() -> None:
    """All parts of a version with a build are aliases; `+` is `_` in tags."""
    top = ("version_style: loose", "version_parts: all", "derive_aliases: false")
    release = '"21": {version: "21.0.5+11"}'
    assert tags(release, top=top) == [["21.0.5_11", "21.0.5", "21.0", "21"]]


def test_a_release_without_a_version_owns_its_list_only() -> None:
    """Without a version a release has no cycle alias, no major and no latest."""
    _, matrix = load(text("tip: {version: null, aliases: [tip]}"))
    assert [tag.name for tag in matrix.images[0].tags] == ["tip-trixie", "tip"]


@pytest.mark.parametrize(
    "above",
    [
        "tip: {version: null, aliases: [tip]}",
        '"1.1": {version: null, aliases: ["1.1-next"]}',
        'tip: {version: "20260815"}',
        'edge: {version: "1.4.0"}',
    ],
)
def test_what_is_not_compared_may_be_anywhere(above: str) -> None:
    """A release without a version or a number has no place in the order."""
    found = warnings(text(above, '"1.3": {version: "1.3.0"}'))
    assert not any("newest first" in one for one in found)


def test_a_date_is_not_compared_with_a_number() -> None:
    """Numbered releases keep their order, whatever dates are between them."""
    dated = '"2026": {version: "20260815"}'
    found = warnings(text('"1.2": {version: "1.2.1"}', dated, '"1.3": {version: "1.3.0"}'))
    (message,) = (one for one in found if "newest first" in one)
    assert message.endswith("1.3 is newer than 1.2 above it; keep newest first")


@pytest.mark.parametrize(
    ("upper", "lower", "warned"),
    [
        ('"8.0": {version: "8.0.1"}', '"8": {version: "8.0.2"}', True),
        ('"8": {version: "8.0.2"}', '"8.0": {version: "8.0.1"}', False),
        ('"8.0": {version: "8.0.1"}', '"8-rc": {version: "8.0.2-rc1"}', False),
    ],
)
def test_cycles_with_equal_numbers(upper: str, lower: str, *, warned: bool) -> None:
    """Of two cycles with equal numbers the one with the newer version is the newer."""
    found = warnings(text(upper, lower))
    assert any("8 is newer than 8.0 above it" in one for one in found) is warned


def test_a_major_version_that_is_a_cycle() -> None:
    """If a newer cycle would own the name of another cycle, `hold` is what to write."""
    releases = ('"8": {version: "8.0.1"}', '"8.0": {version: "8.0.2"}')
    message = '`8` belongs to 8 already (it is the release cycle); set `hold: {"8": "8"}`'
    assert refusal(text(*releases)).endswith(message)
    load(text(*releases) + 'hold: {"8": "8"}\n')


@pytest.mark.parametrize(
    ("release", "message"),
    [
        (
            '"8": {version: "8.8-unstable"}',
            (
                'invalid value "8.8-unstable": unstable is a channel, which a version has only '
                "behind three numbers and with a number of its own, as in 8.9.0-unstable.1; for "
                "an image without a version, write `version: null` and list its aliases"
            ),
        ),
        (
            '"25": {version: "25.0.4_7", aliases: ["25.0.3.slim"]}',
            (
                "`25.0.3.slim` begins with the version 25.0.3, and 25/trixie is at 25.0.4_7, a "
                "later version of 25: the tag of a version never moves to another; remove it"
            ),
        ),
        (
            '"25": {version: "25.0.4_7", aliases: ["25.0.4_8"]}',
            (
                "`25.0.4_8` is the version 25.0.4_8, and 25/trixie is at 25.0.4_7, an earlier "
                "version of 25: the tag of a version never moves to another; remove it"
            ),
        ),
        (
            '"25": {version: "25.0.4", aliases: ["25.0.4_7", "25.0.4_8"]}',
            (
                "`25.0.4_8` is the version 25.0.4_8, and 25/trixie is at 25.0.4_7, an earlier "
                "version of 25: the tag of a version never moves to another; remove it"
            ),
        ),
        (
            '"8.8-rc": {version: "8.8-m03", aliases: ["8.8-m02"]}',
            (
                "`8.8-m02` is the version 8.8-m02, and 8.8-rc/trixie is at 8.8-m03, a later "
                "version of 8.8-rc: the tag of a version never moves to another; remove it"
            ),
        ),
        (
            '"3.15-rc": {version: "3.15.0-rc2", aliases: ["3.15.0-rc1"]}',
            (
                "`3.15.0-rc1` is the version 3.15.0-rc1, and 3.15-rc/trixie is at 3.15.0-rc2, a "
                "later version of 3.15-rc: the tag of a version never moves to another; remove it"
            ),
        ),
        (
            '"2026": {version: "2026-08-15", aliases: ["20260814"]}',
            (
                "`20260814` is the version 20260814, and 2026/trixie is at 2026-08-15, a later "
                "version of 2026: the tag of a version never moves to another; remove it"
            ),
        ),
        (
            (
                '"8": {version: "8.0.2", aliases: ["8.0.1"], '
                'also_versions: [{version: "8.0.1", why: x}]}'
            ),
            (
                "`8.0.1` is the version 8.0.1, and 8/trixie is at 8.0.2, a later version of 8: the "
                "tag of a version never moves to another; remove it"
            ),
        ),
        (
            'x: {version: "RELEASE.2024-11-07T00-52-20Z", aliases: ["2024-10-02"]}',
            (
                "`2024-10-02` is the version 2024-10-02, and x/trixie is at "
                "RELEASE.2024-11-07T00-52-20Z, a later version of x: the tag of a version never "
                "moves to another; remove it"
            ),
        ),
        (
            '"1": {version: "1.0.0+build.6", aliases: ["1.0.0_build.5-lts"]}',
            (
                "`1.0.0_build.5-lts` begins with the version 1.0.0_build.5, and 1/trixie is at "
                "1.0.0+build.6, a later version of 1: the tag of a version never moves to another; "
                "remove it"
            ),
        ),
        (
            '"3.13": {version: "3.13.15", aliases: ["cli-3.13.14"]}',
            (
                "`cli-3.13.14` has the version 3.13.14, and 3.13/trixie is at 3.13.15: the tag of "
                "a version never moves to another; remove it, or declare the version of another "
                'product: `also_versions: [{version: "3.13.14", why: ...}]`'
            ),
        ),
        (
            '"7.0": {version: "7.0-rc1"}',
            (
                "7.0-rc1 is a pre-release, and `7.0` belongs to a final release; rename the cycle "
                "(for example 7.0-rc), or set `cycle_tag: false`"
            ),
        ),
        (
            '"7.0": {version: "7.0.0-rc1"}',
            (
                "7.0.0-rc1 is a pre-release, and `7.0` belongs to a final release; rename the "
                "cycle (for example 7.0-rc), or set `cycle_tag: false`"
            ),
        ),
        (
            '"19": {version: "19beta3"}',
            (
                "19beta3 is a pre-release, and `19` belongs to a final release; rename the cycle "
                "(for example 19-rc), or set `cycle_tag: false`"
            ),
        ),
        (
            '"8": {version: "8.9.0-canary.3"}',
            (
                "8.9.0-canary.3 is a version of the channel canary, and `8` belongs to a final "
                "release; rename the cycle (for example 8-canary), or set `cycle_tag: false`"
            ),
        ),
        (
            '"8.9-canary": {version: "8.9.0-canary.3", aliases: [latest]}',
            (
                "8.9.0-canary.3 is a version of the channel canary; `latest` belongs to a final "
                "release: remove the alias"
            ),
        ),
        (
            '"7.0-rc": {version: "7.0.0-rc1", aliases: ["7.0", "7.0.0", "7.0-rc"]}',
            (
                "7.0.0-rc1 is a pre-release, and `7.0` and `7.0.0` belong to a final release; "
                "remove them from the aliases of 7.0-rc/trixie"
            ),
        ),
        (
            '"25-ea": {version: "25-ea+10", aliases: ["25.0.1_7"]}',
            (
                "25-ea+10 is a pre-release, and `25.0.1_7` belongs to a final release; remove it "
                "from the aliases of 25-ea/trixie"
            ),
        ),
        (
            '"8.8": {version: "8.8.2", variants: [{name: trixie, version: "9.0.1"}]}',
            "9.0.1 is not a version of 8.8; correct it, or move the variant to its cycle",
        ),
        (
            '"8.8": {version: "8.8.2", variants: [{name: trixie, version: "8.10.1"}]}',
            "8.10.1 is not a version of 8.8; correct it, or move the variant to its cycle",
        ),
        (
            '"8.8": {version: "8.8.2", variants: [{name: trixie, version: "8.8.9"}]}',
            (
                "8.8.9 is newer than 8.8.2, the version of 8.8; a variant's own version is an "
                "older one: correct it, or update the release"
            ),
        ),
        (
            'tip: {version: null, variants: [{name: trixie, version: "8.8.9"}]}',
            "tip has no version, so its variants have none; remove `version`",
        ),
    ],
)
def test_refused(release: str, message: str) -> None:
    """A wrong version is refused, with its place."""
    found = refusal(text(release))
    assert found.startswith("versions.yaml:16:")
    assert found.endswith(f": {message}")


@pytest.mark.parametrize(
    "release",
    [
        '"8": {version: "8.1", aliases: ["9.4-cs"], also_versions: [{version: "9.4", why: x}]}',
        (
            '"8": {version: "8.0.1", variants: [{name: trixie, aliases: ["9.0.504"], '
            'also_versions: [{version: "9.0.504", why: x}]}]}'
        ),
        '"3.14": {version: "3.14.6", aliases: ["3.14.6-lts", "3.14.6t", "3.13", lts, 3d]}',
        '"25": {version: "25.0.4", aliases: ["25.0.4_7", "25.0.4_7-lts", "25.0.4-lts"]}',
        '"24.04": {version: "24.04", aliases: ["24.04-20260801", "24-20260801", noble-20260801]}',
        '"4-rc": {version: "4.0.0-rc-5", aliases: ["4.0-rc", "4.0-rc-5", "4-rc-5"]}',
        '"8": {version: "8.0.40-2", aliases: ["8.0-2", "8-2", "8-jdk17", "8.0-debian-12"]}',
        '"9": {version: "9-b181", aliases: ["9.0"]}',
        '"8.8-rc": {version: "8.8-m03", aliases: ["8.8-m", "8.8-m-lts"]}',
        '"7.0": {version: "7.0.0-rc1", cycle_tag: false}',
        '"7.0": {version: "7.0.0-rc1", also_versions: [{version: "7.0", why: x}]}',
        (
            '"25-ea": {version: "25-ea+10", aliases: ["25.0.1_7"], '
            'also_versions: [{version: "25.0.1+7", why: x}]}'
        ),
        (
            '"25-ea": {version: "25-ea+10", aliases: [8u502-b07], '
            'also_versions: [{version: "8u502-b07", why: x}]}'
        ),
        '"20": {version: "20", aliases: ["3d", "2019ltsc"]}',
        '"3.13": {version: "3.13.15", aliases: [cli-3.13.15, cli-3.13, cli-3, java-21.0.5]}',
        (
            '"3.13": {version: "3.13.15", aliases: [cli-3.13.14], '
            'also_versions: [{version: "3.13.14", why: x}]}'
        ),
        '"12": {version: "12.11", aliases: [bookworm-20250801, "20250801"]}',
        '"2026": {version: "2026-08-15", aliases: ["20260815"]}',
        'x: {version: "RELEASE.2024-11-07T00-52-20Z", aliases: ["2024-11-07", "2024-11", "2024"]}',
        '"1": {version: "1.0.0+rc1", aliases: [1.0.0_rc1-lts]}',
        '"25-ea": {version: "25-ea+10", aliases: [25-ea_10-lts]}',
        '"8.8": {version: "8.8.2", variants: [{name: trixie, version: "8.8.1"}]}',
    ],
)
def test_allowed(release: str) -> None:
    """Declared versions, the own version, names of lines and older variants are allowed."""
    load(text(release))


@pytest.mark.parametrize(
    ("version", "alias", "order"),
    [
        ("28.0.1", "28-ea-11", "a later"),
        ("19.0", "19beta3", "a later"),
        ("8.8.0", "8.8-m03", "a later"),
        ("4.0.0-rc-5", "4.0-rc-4", "a later"),
        ("8.8.0", "8.8.1", "an earlier"),
        ("20.0.1_9", "20.0.1_10", "an earlier"),
        ("2024-11-07", "2024-11-08", "an earlier"),
    ],
)
@pytest.mark.parametrize("cycle", ["numbers", "edge"])
def test_other_versions_of_the_cycle(version: str, alias: str, order: str, cycle: str) -> None:
    """A pre-release is full whatever its numbers, and no version of the cycle can be declared."""
    name = cycle if cycle == "edge" else re.split("[.-]", version)[0]
    also = f'also_versions: [{{version: "{alias.removesuffix("-jdk")}", why: x}}]'
    start = f'"{name}": {{version: "{version}", aliases: ["{alias}"], cycle_tag: false'
    for release in (f"{start}}}", f"{start}, {also}}}"):
        assert f"{order} version of {name}: the tag of a version never" in refusal(text(release))


@pytest.mark.parametrize(
    ("version", "alias"),
    [
        ("20.0.1_9", "20_36"),
        ("20.0.1_9", "20_36-jdk"),
        ("11.0.20.1_1", "11.0.20_8"),
        ("17.2-1", "17-2"),
    ],
)
def test_other_builds(version: str, alias: str) -> None:
    """An alias like the own build is the build of another version, unless it is declared."""
    cycle = re.split("[.-]", version)[0]
    also = f'also_versions: [{{version: "{alias.removesuffix("-jdk")}", why: x}}]'
    start = f'"{cycle}": {{version: "{version}", aliases: ["{alias}"], cycle_tag: false'
    assert "the tag of a version never moves to another" in refusal(text(f"{start}}}"))
    load(text(f"{start}, {also}}}"))


@pytest.mark.parametrize(
    ("version", "alias"),
    [
        *[
            ("1.0.2", "1.0-20"),
            ("1.0.2", "1-20-alpine3.19"),
            ("17.2", "17-3.5"),
            ("12.8", "12-2024"),
        ],
        *[("2.4.1", alias) for alias in ("2.4-2026.11.28", "2.4-15", "2.4_5", "2.4-b12")],
        *[("2.4.1", alias) for alias in ("2.4-r20261128", "2.4-20261128", "2.4-5-alpine")],
        *[("9.0.1", f"9-{mark}") for mark in ("a100", "c7", "r5", "p1", "m1", "b181")],
        *[("17.2-1", "17-3.5"), ("9.0.1_11", "9-5")],
    ],
)
@pytest.mark.parametrize("style", ["loose", "pep440"])
def test_numbers_of_other_products(version: str, alias: str, style: str) -> None:
    """A number or a letter behind a part of the version may be anything: a year, Node's version."""
    if style == "pep440" and re.search("[-_]", version):
        return
    cycle = version.split(".", maxsplit=1)[0]
    release = f'"{cycle}": {{version: "{version}", aliases: ["{alias}"], cycle_tag: false}}'
    load(text(release, top=(f"version_style: {style}",)))


COMPONENT = 'components: {plugin: {version: "8.0.1"}}'


def test_a_component_has_its_version_in_an_alias() -> None:
    """The version of a component is allowed in the aliases of the images that have it."""
    release = '"8": {version: "8.0.2", aliases: ["8.0.1-plugin", plugin-8.0.1]}'
    load(text(release, top=("version_style: loose", COMPONENT)))
    assert "`8.0.1-plugin` begins with the version 8.0.1" in refusal(text(release))


def test_an_axis_has_its_version_in_an_alias() -> None:
    """The value of an axis is allowed in the aliases of the images that have it."""
    release = '"8": {version: "8.4", aliases: ["8.2-php"]}'
    axes = 'axes: {php: ["8.2"]}'
    named = text(release, top=("version_style: loose", axes)).replace("{suite}", "{suite}-php{php}")
    load(named)
    assert "`8.2-php` begins with the version 8.2" in refusal(text(release))


def test_the_default_style_is_pythons() -> None:
    """Without `version_style` versions are those of PEP 440."""
    found = refusal(text('"25": {version: "25.0.4_7"}', top=()))
    assert 'invalid value "25.0.4_7": expected a version such as "3.14.6" or "3.15.0b3"' in found
    assert found.endswith("PEP 440); `version_style: loose` at the top reads it")


@pytest.mark.parametrize(
    ("alias", "version"),
    [("6.4.3-1", "6.4.3-1"), ("6.4.3.post1-lts", "6.4.3.post1"), ("6.4.4trixie", "6.4.4")],
)
def test_other_full_versions_of_pep440(alias: str, version: str) -> None:
    """A post-release is another version, and no letter hides the version before it."""
    found = refusal(text(f'"6.4": {{version: "6.4.3", aliases: ["{alias}"]}}', top=()))
    assert f"the version {version}, and 6.4/trixie is at 6.4.3" in found


@pytest.mark.parametrize(
    ("releases", "advice"),
    [
        (
            ('"8-lts": {version: "8.9.2"}', '"8": {version: "8.8.1"}'),
            'set `cycle_tag: false` here, or set `hold: {"8": "8"}`',
        ),
        (
            ('"8": {version: "8.9.2"}', '"8-lts": {version: "8.9.2"}'),
            "correct one of the two versions",
        ),
    ],
)
def test_two_cycles_with_equal_numbers(releases: tuple[str, ...], advice: str) -> None:
    """The message about an alias that both want has advice that can be followed."""
    with pytest.raises(ConfigError) as caught:
        tags(*releases)
    (problem,) = caught.value.problems
    assert problem.message.endswith(f"; {advice}")


@pytest.mark.parametrize(
    ("older", "top"),
    [
        ('"8": {version: "8.8.1", cycle_tag: false}', ()),
        ('"8": {version: "8.8.1"}', ('hold: {"8": "8"}',)),
    ],
)
def test_advice_for_equal_numbers_works(older: str, top: tuple[str, ...]) -> None:
    """Each advice for the older of two cycles with equal numbers makes the file valid."""
    lists = tags('"8-lts": {version: "8.9.2"}', older, top=("version_style: loose", *top))
    owners = [version for version, *rest in lists if "8" in rest]
    assert owners == (["8.8.1"] if top else ["8.9.2"])
