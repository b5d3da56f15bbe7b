"""Small pairs of manifests that were judged wrongly once, with variations of each."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.diff import Action, Effect, Severity, diff, infer
from tagmatrix.diff.text import text
from tagmatrix.manifest import parse
from tests.facts import facts

from .samples import changes_of, entry, kinds_of, manifest, tags_of

if TYPE_CHECKING:
    from tagmatrix.diff import Changes
    from tagmatrix.manifest import Manifest


def case(name: str) -> Changes:
    """Return the changes of a pair by name."""
    sides = facts("diff-cases")[name]
    return diff(parse(sides["old"]), parse(sides["new"]))


def instead(changes: Changes) -> dict[str, str]:
    """Return the advice for each tag that has one."""
    return {change.tag: change.alternative for change in changes.changes if change.alternative}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1.0.0_build.5", "1.0.0_build.6"),
        ("1.0.0-g1a2b3c4", "1.0.0-g5a2b3c4"),
        ("10.0.0", "10.0.0.Final"),
    ],
)
def test_another_build_of_a_version(old: str, new: str) -> None:
    """The tag of a build that has no place in the order ends with an update."""
    changes = changes_of([f"{old} latest"], [f"{new} latest"])
    assert set(kinds_of(changes)) == {"update"}
    assert tags_of(changes, Effect.UPDATE) == {old, new, "latest"}


def test_no_alternative_that_moves_too() -> None:
    """A tag that follows the new version is not an alternative to a full version that moved."""
    changes = changes_of(["1.2.3 1.2 1 latest"], ["1.2.4 1.2.3 1.2 1 latest"])
    assert tags_of(changes, Effect.FIXED) == {"1.2.3"}
    assert not any(change.alternative for change in changes.changes)


def test_no_alternative_that_changes_its_cycle_too() -> None:
    """A tag that came to the old version from another cycle is not an alternative."""
    old, new = ["2.1.0 latest", "1.9.1 1.9 2.1 2 1"], ["2.2.0 2 latest", "2.1.0 1 2.1 1.9"]
    changes = changes_of(old, new)
    assert {"latest", "2.1"} <= tags_of(changes, Effect.CYCLE)
    assert not any(change.alternative for change in changes.changes if change.tag == "latest")


@pytest.mark.parametrize(("old", "new"), [("1.2.3", "20260815"), ("20260815", "1.2.3")])
def test_number_and_date(old: str, new: str) -> None:
    """A moving tag that changes from numbers to dates has versions that can't be compared."""
    changes = changes_of([f"{old} latest"], [f"{new} latest"])
    assert tags_of(changes, Effect.INCOMPARABLE) == {"latest"}
    assert tags_of(changes, Effect.CYCLE) == set()
    assert f"latest moves from {old} to {new}; these versions cannot be compared" in text(changes)


def test_latest_left_behind() -> None:
    """A final release that `8` and `latest` don't follow is mentioned."""
    changes = case("latest-left-behind")
    assert tags_of(changes, Effect.STAYS) == {"8", "latest", "8-trixie", "trixie"}
    assert changes.severity is Severity.NOTABLE
    assert "latest, 8, trixie and 8-trixie stay at 8.8, although 8.10 is final" in text(changes)
    stay = [change for change in changes.changes if change.reason.kind is Effect.STAYS]
    assert {change.action for change in stay} == {Action.MOVED}


def test_latest_stays_silently_with_a_pre_release() -> None:
    """A new pre-release, or a release that was out before, leaves `latest` alone."""
    changes = changes_of(["8.8.2 8.8 8 latest"], ["8.10-rc1 8.10-rc", "8.8.2 8.8 8 latest"])
    assert tags_of(changes, Effect.STAYS) == set()
    changes = changes_of(
        ["8.10.0 8.10", "8.8.2 8.8 8 latest"], ["8.10.1 8.10", "8.8.2 8.8 8 latest"]
    )
    assert changes.severity is Severity.EXPECTED


def test_a_tag_that_moves_does_not_stay() -> None:
    """A tag that moves to another release does not stay, even if a newer one is out."""
    changes = changes_of(
        ["8.7.1 8.7 8 latest", "8.8.2 8.8"],
        ["8.7.1 8.7", "8.8.2 8.8 8 latest", "8.10.0 8.10"],
    )
    assert tags_of(changes, Effect.CYCLE) == {"8", "latest"}
    assert tags_of(changes, Effect.STAYS) == set()


def test_latest_of_an_image_without_a_version() -> None:
    """A new release is not newer than an image without a version, so `latest` does not stay."""
    old = ["edge-trixie trixie latest", "8.7.1-trixie 8.7-trixie"]
    changes = changes_of(old, [*old, "8.8.2-trixie 8.8-trixie"])
    assert tags_of(changes, Effect.NEW_CYCLE) == {"8.8.2-trixie", "8.8-trixie"}
    assert tags_of(changes, Effect.STAYS) == set()


@pytest.mark.parametrize("channel", ["devel", "rolling", "unstable", "edge"])
def test_latest_does_not_follow_a_channel(channel: str) -> None:
    """A new release that users choose by a channel leaves `latest` alone."""
    old, new = ["24.04 noble latest"], ["24.04 noble latest"]
    changes = changes_of(old, [*new, f"25.10 questing {channel}"])
    assert tags_of(changes, Effect.STAYS) == set()
    assert tags_of(changes_of(old, [*new, "25.10 questing"]), Effect.STAYS) == {"latest"}


@pytest.mark.parametrize(
    "early",
    ["8.8-m03", "8.8-M04", "8.8.0-milestone-1", "8.8-CR1", "8.8-rc1", "8.8.0.Beta2", "8.8-dev",
     "8.8a1", "8.8b1", "8.8-alpha", "8.8-beta", "8.8-beta1",
     "8.8-pre", "8.8-preview.3", "8.8-ea-29", "8.8-SNAPSHOT", "8.8-nightly"],
)  # fmt: skip
def test_milestone(early: str) -> None:
    """A moving tag that goes from a final release to a milestone is breaking."""
    changes = changes_of(["8.6.2 8.6 8 latest", early], ["8.6.2 8.6", f"{early} 8 latest"])
    assert tags_of(changes, Effect.PRERELEASE) == {"8", "latest"}
    assert changes.severity is Severity.BREAKING


@pytest.mark.parametrize("channel", ["unstable", "next", "edge", "testing", "canary"])
def test_channel(channel: str) -> None:
    """A move to a channel is notable: users choose channels, they are not pre-releases."""
    changes = changes_of(
        ["8.6.2 8.6 latest", f"{channel}-20260101 {channel}"],
        ["8.6.2 8.6", f"{channel}-20260101 {channel} latest"],
    )
    assert changes.severity is Severity.NOTABLE
    changes = changes_of(["8.6.2 8.6 8 latest"], ["8.6.2 8.6", f"8.8-{channel} 8 latest"])
    assert changes.severity is Severity.NOTABLE
    assert {"8", "latest"} <= tags_of(changes, Effect.FLAVOR)


@pytest.mark.parametrize(
    "early", ["nightly-20260816 nightly", "dev-2026-08-16 dev", "snapshot-20260816 snapshot"]
)
def test_a_word_for_pre_releases(early: str) -> None:
    """A move to an image that is named after a pre-release is breaking."""
    changes = changes_of(["8.6.2 8.6 latest", early], ["8.6.2 8.6", f"{early} latest"])
    assert tags_of(changes, Effect.PRERELEASE) == {"latest"}


def test_a_version_where_there_was_none() -> None:
    """Nothing of an image without a version is compared with the version that it gets."""
    changes = changes_of(["nightly tip"], ["4.0.0-rc1 nightly tip"])
    assert tags_of(changes, Effect.PRERELEASE) == set()
    assert changes.severity is not Severity.BREAKING


def test_milestone_as_it_was() -> None:
    """The milestone that was not seen is breaking."""
    assert tags_of(case("milestone"), Effect.PRERELEASE) == {"8", "latest"}


STEPS = [
    ("1.2.3-1 1.2", "1.2.3-2 1.2"),
    ("8.0.40-30 8.0", "8.0.40-31 8.0"),
    ("1.2.3p1 1.2", "1.2.3p2 1.2"),
    ("1.2.3_p1 1.2", "1.2.3_p2 1.2"),
    ("24-ea-27 24-ea", "24-ea-29 24-ea"),
    ("25-ea_9 25-ea", "25-ea_10 25-ea"),
    ("1.0.0_build.5 1.0", "1.0.0_build.6 1.0"),
    ("8.8-m02 8.8-m", "8.8-m03 8.8-m"),
    ("RELEASE.2024-10-02 edge", "RELEASE.2024-11-07 edge"),
    ("2024-10-02 edge", "2024-11-07 edge"),
    ("5.0-20241202 5.0", "5.0-20241207 5.0"),
    ("8.8-rc1 8.8-rc", "8.8-rc2 8.8-rc"),
    ("21.0.4_7-jdk 21", "21.0.5_11-jdk 21"),
    ("8u402-b06 8", "8u412-b08 8"),
    ("1.12.0.1479 1.12", "1.12.0.1480 1.12"),
    ("20_36-jdk 20", "20.0.1_9-jdk 20"),
    ("11.0.20_8 11", "11.0.20.1_1 11"),
    ("9-b181 9", "9.0.1 9"),
    ("27-ea-3-jdk 27-jdk", "27-ea-4-jdk 27-jdk"),
    ("cli-2.1.0 cli-2 cli", "cli-2.2.0 cli-2 cli"),
    ("tip-20260815 tip", "tip-20260816 tip"),
    ("nightly-2026-08-15 nightly", "nightly-2026-08-16 nightly"),
    ("v2.1 2.1 v2", "v2.2 2.2 v2"),
    ("trusty-20190515 trusty 14.04", "trusty-20191107 trusty 14.04"),
    ("24.04.20240401 24.04", "24.04.20241015 24.04"),
]


@pytest.mark.parametrize(("old", "new"), STEPS, ids=[new.split()[0] for _, new in STEPS])
def test_steps(old: str, new: str) -> None:
    """A step forward is expected; the same step back is breaking, for exactly the moving tags."""
    assert changes_of([old], [new]).severity is Severity.EXPECTED
    back = changes_of([new], [old])
    assert tags_of(back, Effect.GOES_BACK) == set(old.split()) & set(new.split())
    assert back.severity is Severity.BREAKING


def test_goes_back_by_date() -> None:
    """A tag that goes back to an older date is breaking, also if its version stays."""
    changes = case("goes-back-by-build")
    assert tags_of(changes, Effect.GOES_BACK) == {"14.04", "trusty"}
    assert "14.04 and trusty go back from 20191107 to 20190515" in text(changes)


@pytest.mark.parametrize(
    "name",
    ["build-is-no-step-back", "early-access-is-no-flavor", "final-was-out-already",
     "version-behind-a-word"],
)  # fmt: skip
def test_expected(name: str) -> None:
    """These steps are plain updates."""
    changes = case(name)
    assert changes.severity is Severity.EXPECTED
    assert set(kinds_of(changes)) == {"update"}


def test_early_access_ends_as_a_version() -> None:
    """The tags of an early-access build follow the next one, and its fixed tags end."""
    changes = case("early-access-is-no-flavor")
    (group,) = changes.groups
    assert (group.reason.old, group.reason.new) == ("27-ea-3", "27-ea-4")
    assert {change.tag for change in changes.changes if change.new is None} == {
        "27-ea-3", "27-ea-3-jdk",
    }  # fmt: skip


def test_a_full_name_becomes_a_short_one() -> None:
    """A tag vanishes if only other cycles keep the name of its variant, as a short name."""
    changes = changes_of(
        ["10.1.0 10.1 10.1-corretto 10.1.0-corretto", "9.0.1 9.0 9.0-corretto 9.0.1-corretto",
         "10.1.0-temurin 10.1-temurin"],
        ["10.1.0-temurin 10.1-temurin 10.1.0 10.1",
         "9.0.1 9.0 9.0-corretto 9.0.1-corretto 9.0-corretto-al2 9.0.1-corretto-al2"],
    )  # fmt: skip
    assert tags_of(changes, Effect.VANISHES) == {"10.1-corretto", "10.1.0-corretto"}
    assert "10.1 no longer has corretto, but other cycles do" in text(changes)


def test_final_only_once() -> None:
    """A cycle becomes final only if none of its releases was final before."""
    assert tags_of(case("final-was-out-already"), Effect.BECOMES_FINAL) == set()
    first = changes_of(["8.2.0RC1 8.2-rc"], ["8.2.0 8.2"])
    assert tags_of(first, Effect.BECOMES_FINAL) == {"8.2.0RC1", "8.2-rc", "8.2.0", "8.2"}
    beside = changes_of(["8.1.5 8.1", "8.2.0RC1 8.2.0-rc"], ["8.1.5 8.1", "8.2.0 8.2"])
    assert "8.2.0RC1" in tags_of(beside, Effect.BECOMES_FINAL)
    dropped = changes_of(["8.2.2RC1 8.2-rc", "8.2.1 8.2"], ["8.2.1 8.2"])
    assert tags_of(dropped, Effect.CYCLE_ENDS) == {"8.2.2RC1", "8.2-rc"}
    beta = changes_of(["6.4.2 6.4 6", "beta-6.4.3-RC1 beta-6.4 beta"], ["6.4.3 6.4 6"])
    assert beta.severity is Severity.EXPECTED


def test_cycles_beside_the_pre_release_of_a_patch() -> None:
    """Versions after the pre-release of a patch share a part too: 8 is not a cycle."""
    tags = ("8.2.2RC1 8.2-rc", "8.2.1 8.2 8", "8.1.5 8.1")
    (found,) = infer(manifest(*(entry(each, directory=each.split()[0]) for each in tags)))
    assert list(found.cycles) == ["8.2-rc", "8.2", "8.1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["6.0 6 latest", "6.1-RC4 rc"], "6.1 6 latest"),
        (["6.0.3 6.0 6 latest", "beta-6.1-RC4 beta-6.1 beta"], "6.1 6 latest"),
        (["6.0.3 6.0 6 latest", "beta-6.1-RC4 beta-6.1 beta"], "6.1.0 6.1 6 latest"),
    ],
)
def test_a_final_cycle_does_not_become_final(old: list[str], new: str) -> None:
    """A cycle that was at 6.0 is not final only with 6.1."""
    changes = changes_of(old, [new])
    assert set(kinds_of(changes)) == {"update"}
    early = old[1].split()
    assert tags_of(changes, Effect.UPDATE) >= {*early, "6", "latest"}
    first = changes_of(old[1:], [new])
    assert tags_of(first, Effect.BECOMES_FINAL) >= set(early)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("4.1-beta1 4.1", "4.1.0 4.1"),
        ("4.1-beta1 4.1 4.1-beta", "4.1.0 4.1"),
        ("19beta3 19", "19.0 19"),
        ("7.0.0-rc1 7.0 latest", "7.0.1 7.0 latest"),
        ("27-ea-3-jdk 27-jdk", "27.0.1-jdk 27-jdk"),
    ],
)
def test_final_under_the_same_name(old: str, new: str) -> None:
    """A cycle with a final name before its first final release becomes final with it."""
    changes = changes_of([old], [new])
    assert set(kinds_of(changes)) == {"becomes_final"}
    assert tags_of(changes, Effect.BECOMES_FINAL) == {*old.split(), *new.split()}
    kept = set(old.split()) & set(new.split())
    assert not any(change.alternative for change in changes.changes if change.tag in kept)
    assert " is final, and " in text(changes)


def test_final_without_an_end() -> None:
    """No tag is reported to end if all of them only move."""
    changes = changes_of(["4.1-beta1 4.1 4"], ["4.1.0 4.1 4", "4.1-beta1"])
    assert "4.1 is final: 4, 4.1 and 4.1.0" in text(changes)


def test_plain_tags_removed() -> None:
    """Plain tags that end with their variant vanish; the tags that name it are retired."""
    changes = case("plain-tags-removed")
    assert changes.severity is Severity.BREAKING
    assert tags_of(changes, Effect.VANISHES) == {"9", "9.0", "9.0.8"}
    assert tags_of(changes, Effect.SUITE_ENDS) == {"9-jre9", "9.0-jre9", "9.0.8-jre9"}


def test_spelling_under_another_name() -> None:
    """An image that keeps some names and loses others is not retired: these tags vanish."""
    renamed = changes_of(["1.0.1-debian 1.0-debian 1.0.1 1.0"], ["1.0.1 1.0"])
    assert tags_of(renamed, Effect.VANISHES) == {"1.0.1-debian", "1.0-debian"}
    same = [entry(f"1.0.1-{name} 1.0-{name}", directory="a") for name in ("alpine", "alp")]
    other = entry("1.0.1 1.0", directory="b")
    changes = diff(manifest(other, same[0]), manifest(other, same[1]))
    assert tags_of(changes, Effect.VANISHES) == {"1.0.1-alpine", "1.0-alpine"}


def test_full_version_moves() -> None:
    """A full version that becomes an alias of another version is breaking."""
    changes = changes_of(["3.14.6 3.14", "3.13.1 3.13"], ["3.14.7 3.14 3.14.6", "3.13.1 3.13"])
    assert tags_of(changes, Effect.FIXED) == {"3.14.6"}
    assert changes.severity is Severity.BREAKING
    build = changes_of(["25.0.4 25.0.4_7 25"], ["25.0.5 25.0.5_1 25 25.0.4"])
    assert tags_of(build, Effect.FIXED) == {"25.0.4"}
    rebuilt = changes_of(["25.0.4 25.0.4_7 25"], ["25.0.4 25.0.4_8 25"])
    assert rebuilt.severity is Severity.EXPECTED
    parts = changes_of(["11.0.20 11.0"], ["11.0.20.1 11.0.20 11.0"])
    assert parts.severity is Severity.EXPECTED


def test_alternative_of_a_pinned_tag() -> None:
    """The alternative to a tag with a full version has the full version."""
    old = ["3.14.6-bookworm 3.14-bookworm 3.14.6 3.14", "3.14.6-trixie 3.14-trixie"]
    new = ["3.14.6-bookworm 3.14-bookworm", "3.14.6-trixie 3.14-trixie 3.14.6 3.14"]
    found = {
        change.tag: change.alternative
        for change in changes_of(old, new).changes
        if change.reason.kind is Effect.SUITE
    }
    assert found == {"3.14.6": "3.14.6-bookworm", "3.14": "3.14-bookworm"}
    ended = {change.tag: change.alternative for change in changes_of(old, new[1:]).changes}
    assert ended["3.14.6-bookworm"] == "3.14.6-trixie"
    assert ended["3.14-bookworm"] == "3.14-trixie"


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        (["bookworm bookworm-20260101 stable", "trixie trixie-20260101 testing"],
         ["bookworm bookworm-20260202 oldstable", "trixie trixie-20260202 stable",
          "forky forky-20260202 testing"],
         {"stable", "testing"}),
        (["24.04 noble-20260101 noble rolling", "24.10 oracular-20260101 oracular devel"],
         ["24.04 noble-20260101 noble", "24.10 oracular-20260101 oracular rolling",
          "25.04 plucky-20260101 plucky devel"],
         {"rolling", "devel"}),
        (["bookworm-scm stable-scm scm", "bookworm stable", "trixie-scm testing-scm", "trixie"],
         ["bookworm-scm oldstable-scm", "bookworm oldstable", "trixie-scm stable-scm scm",
          "trixie stable", "forky-scm testing-scm"],
         {"stable-scm", "stable", "scm", "testing-scm"}),
        (["2.10.1 2.10 2 lts", "20260701 unstable"], ["2.10.1 2.10 2", "20260801 unstable lts"],
         {"lts"}),
        (["8.8.2 8.8 lts", "unstable unstable-20260701"],
         ["8.8.2 8.8", "unstable unstable-20260801 lts"],
         {"lts"}),
        (["bookworm bookworm-20260301 stable", "trixie trixie-20260201"],
         ["bookworm bookworm-20260301", "trixie trixie-20260201 stable"],
         {"stable"}),
    ],
    ids=["debian", "ubuntu", "buildpack-deps", "dates", "dated names", "an earlier date"],
)  # fmt: skip
def test_channel_moves_to_another_codename(old: list[str], new: list[str], moved: set[str]) -> None:
    """A channel that moves to another codename is a notable change."""
    changes = changes_of(old, new)
    assert tags_of(changes, Effect.CYCLE) | tags_of(changes, Effect.SUITE) == moved
    assert moved.isdisjoint(tags_of(changes, Effect.VANISHES) | tags_of(changes, Effect.GOES_BACK))


def test_versions_that_are_cycles_are_named_once() -> None:
    """A move says the versions only if they are others than the cycles."""
    old, new = ["24.04 noble rolling", "24.10 oracular"], ["24.04 noble", "24.10 oracular rolling"]
    assert "rolling moves from 24.04 to 24.10\n" in text(changes_of(old, new))
    old, new = ["8.8.2 8.8 lts", "8.9.1 8.9"], ["8.8.2 8.8", "8.9.1 8.9 lts"]
    assert "lts moves from 8.8 to 8.9 (8.8.2 to 8.9.1)\n" in text(changes_of(old, new))


def test_a_codename_is_the_cycle_before_and_after_its_release() -> None:
    """The first release of a codename is an update of its image, and the short tags move to it."""

    def debian(*tags: str) -> Manifest:
        return manifest(*(entry(each, directory=f"{each.split()[0]}/oci") for each in tags))

    old = debian("bookworm bookworm-20250801 12.11 12 latest", "trixie trixie-20250801")
    new = debian("bookworm bookworm-20250811 12.11 12", "trixie trixie-20250811 13.0 13 latest")
    changes = diff(old, new)
    assert tags_of(changes, Effect.CYCLE) == {"latest"}
    assert tags_of(changes, Effect.NEW_TAG) == {"13"}
    assert changes.severity is Severity.NOTABLE
    assert "latest moves from 12 to trixie (12.11 to 13.0)" in text(changes)
    back = diff(new, debian("trixie trixie-20250801 13.0 13 latest"))
    assert tags_of(back, Effect.GOES_BACK) == {"trixie", "13.0", "13", "latest"}


@pytest.mark.parametrize(
    ("version", "build", "severity"),
    [
        ("v1.18.0", "1.10", Severity.EXPECTED),
        ("v1.18.1", "1.0", Severity.EXPECTED),
        ("v1.18.0", "1.3", Severity.BREAKING),
        ("v1.17.9", "1.9", Severity.BREAKING),
    ],
)
@pytest.mark.parametrize("plain", [True, False])
def test_build_behind_the_variant(
    version: str, build: str, severity: Severity, *, plain: bool
) -> None:
    """A build behind the name of the variant counts within the version."""

    def fluentd(version: str, build: str) -> list[str]:
        major = build.partition(".")[0]
        debian = f"{version}-debian-{build} v1-debian-{major}"
        return [f"{version}-{build} v1-{major}", debian][not plain :]

    changes = changes_of(fluentd("v1.18.0", "1.4"), fluentd(version, build))
    assert changes.severity is severity
    assert (tags_of(changes, Effect.GOES_BACK) == set()) is (severity is Severity.EXPECTED)
    assert not tags_of(changes, Effect.SUITE) | tags_of(changes, Effect.SUITE_ENDS)


def test_release_behind_the_variant_is_not_a_build() -> None:
    """A number that stays in the tags of shorter versions is the release of a base system."""
    old = ["21.0.5_11-jdk-alpine-3.22 21-jdk-alpine-3.22"]
    changes = changes_of(old, ["21.0.5_11-jdk-alpine-3.23 21-jdk-alpine-3.23"])
    assert tags_of(changes, Effect.SUITE_ENDS) == {*old[0].split()}


@pytest.mark.parametrize("version", ["v3.7.1", "v3.7.2"])
def test_tags_without_the_leading_v(version: str) -> None:
    """If only the tags without a leading v remain, moving tags with one have vanished."""
    old = ["v3.7.1 v3.7 v3 latest"]
    changes = changes_of(old, [f"{version.removeprefix('v')} 3.7 3 latest"])
    vanished = tags_of(changes, Effect.VANISHES)
    assert vanished == {"v3.7", "v3"} | ({"v3.7.1"} if version == "v3.7.1" else set())
    assert instead(changes) == {tag: tag.removeprefix("v") for tag in vanished}


@pytest.mark.parametrize(("was", "now"), [("v2.1", "2.1"), ("2.1", "v2.1")])
def test_advice_with_and_without_the_leading_v(was: str, now: str) -> None:
    """The advice for a pinned tag is a pinned tag, though the new one has a v or has none."""
    old = [f"{was}.0-trixie {was}.0 {was}", f"{was}.0-bookworm {was}-bookworm"]
    new = [f"{now}.0-bookworm {now}.0 {now}-bookworm", f"{now}.0-trixie {now}-trixie"]
    assert instead(changes_of(old, new)) == {
        f"{was}.0-trixie": f"{now}.0-trixie",
        f"{was}.0": f"{now}.0-trixie",
        was: f"{now}-trixie",
        f"{was}.0-bookworm": f"{now}.0-bookworm",
        f"{was}-bookworm": f"{now}-bookworm",
    }


@pytest.mark.parametrize("word", ["canary", "next", "edge", "unstable", "testing"])
def test_versions_of_a_channel(word: str) -> None:
    """A final tag that moves to a version of a channel is notable; the channel has an order."""
    first, second = f"8.9.0-{word}.3 8.9-{word} {word}", f"8.9.0-{word}.10 8.9-{word} {word}"
    changes = changes_of(["8.8.2 8.8 8 latest"], [f"{first} 8 latest"])
    assert changes.severity is Severity.NOTABLE
    assert tags_of(changes, Effect.CHANNEL) == {"8", "latest"}
    assert f"from 8.8.2 to 8.9.0-{word}.3, a version of the channel {word}" in text(changes)
    assert changes_of([first], [second]).severity is Severity.EXPECTED
    assert tags_of(changes_of([second], [first]), Effect.GOES_BACK) == {f"8.9-{word}", word}
    final = changes_of([second], [f"8.9.0 8.9 {word}"])
    assert tags_of(final, Effect.BECOMES_FINAL) >= {f"8.9-{word}", f"8.9.0-{word}.10"}


def test_advice_for_all_tags_of_a_suite() -> None:
    """A tag that moves to another suite has a tag of its own suite as advice, also `3`."""
    old = ["3.14.6-bookworm 3.14-bookworm 3.14.6 3.14 3", "3.14.6-trixie 3.14-trixie"]
    new = ["3.14.6-bookworm 3.14-bookworm", "3.14.6-trixie 3.14-trixie 3.14.6 3.14 3"]
    moving = dict.fromkeys(("3", "3.14"), "3.14-bookworm")
    assert instead(changes_of(old, new)) == {**moving, "3.14.6": "3.14.6-bookworm"}


@pytest.mark.parametrize(
    ("early", "said"),
    [
        ("7.0-rc1 7.0-rc 7.0", "is new, a pre-release (7.0-rc1): 7.0"),
        ("7.0.0-next.1 7.0-next", "is new, a version of the channel next (7.0.0-next.1): "),
        ("7.0.0 7.0", "7.0 is new: 7.0"),
    ],
)
def test_a_new_cycle_that_is_not_final(early: str, said: str) -> None:
    """The sentence about a new cycle says that it is not final, whatever its tags are."""
    assert said in text(changes_of(["6.2.1 6.2"], ["6.2.1 6.2", early]))


@pytest.mark.parametrize("dated", ["{}", "9-{}", "noble-{}", "9.6-base-{}"])
def test_the_date_of_a_build(dated: str) -> None:
    """A date beside a version goes on or back, alone and behind a line or a word."""
    old, new = (f"9.6 9 {dated.format(day)}" for day in ("20260801", "20260815"))
    assert set(kinds_of(changes_of([old], [new]))) <= {"update", "rebuilt"}
    assert tags_of(changes_of([new], [old]), Effect.GOES_BACK) == {"9.6", "9"}
    both = f"{new} {old.split()[-1]}"
    assert tags_of(changes_of([old], [both]), Effect.FIXED) == {old.split()[-1]}


def test_windows_builds() -> None:
    """Windows builds that join a shared tag, or are replaced there, are mentioned."""
    linux = entry("1.1-trixie", "1.1")
    builds = {
        name: entry(f"1.1-windowsservercore-{name}", "1.1", "windows-amd64", name, name[-1])
        for name in ("ltsc2019", "ltsc2022", "ltsc2025")
    }
    two = manifest(linux, builds["ltsc2022"], builds["ltsc2019"])
    joined = diff(manifest(linux, builds["ltsc2022"]), two)
    assert tags_of(joined, Effect.BUILDS) == {"1.1"}
    assert "1.1 now also includes windowsservercore-ltsc2019" in text(joined)
    replaced = diff(two, manifest(linux, builds["ltsc2022"], builds["ltsc2025"]))
    assert (
        "1.1 no longer includes windowsservercore-ltsc2019, but windowsservercore-ltsc2025"
        in text(replaced)
    )


def test_windows_builds_of_two_kinds() -> None:
    """The constraint of a nanoserver image for its host is not a build of the tag."""
    nano, core = (
        replace(
            entry(f"1.1-{kind}-ltsc2022", "1.1", "windows-amd64", kind, commit),
            constraints=constraints,
        )
        for kind, commit, constraints in (
            ("nanoserver", "a", ("nanoserver-ltsc2022", "windowsservercore-ltsc2022")),
            ("windowsservercore", "b", ("windowsservercore-ltsc2022",)),
        )
    )
    linux = entry("1.1-trixie", "1.1")
    changes = diff(manifest(linux, nano, core), manifest(linux, nano))
    assert tags_of(changes, Effect.BUILDS) == {"1.1"}
    assert "1.1 no longer includes windowsservercore-ltsc2022" in text(changes)


@pytest.mark.parametrize(
    ("suffix", "old", "new", "said"),
    [
        ("", "windowsservercore-ltsc2022", "windowsservercore-ltsc2025", True),
        ("-ltsc2022", "windowsservercore-ltsc2022", "windowsservercore-ltsc2025", True),
        ("", "windowsservercore", "windowsservercore-ltsc2022", True),
        ("", "nanoserver-1809", "nanoserver-ltsc2022", True),
        ("", "windowsservercore-1809", "windowsservercore-ltsc2019", False),
        ("", "windowsservercore", "windowsservercore-sac2016", False),
    ],
)
def test_windows_builds_in_constraints(suffix: str, old: str, new: str, *, said: bool) -> None:
    """A build that is replaced in the constraints is mentioned, though no tag has another name."""
    linux = entry("1.1-trixie", "1.1")
    tags = f"1.1-windowsservercore{suffix}"
    before, after = (
        replace(entry(tags, "1.1", "windows-amd64", "w", commit), constraints=(build,))
        for commit, build in (("a", old), ("b", new))
    )
    changes = diff(manifest(linux, before), manifest(linux, after))
    assert changes.severity is (Severity.NOTABLE if said else Severity.EXPECTED)
    assert tags_of(changes, Effect.BUILDS) == ({"1.1", tags} if said else set())
    assert tags_of(changes, Effect.REBUILT) == (set() if said else {"1.1", tags})
    assert not said or f"no longer include {old}, but {new}" in text(changes)


def test_versions_that_cannot_be_compared() -> None:
    """A date and a number, or versions of two products, are never a step back."""
    changes = changes_of(["20260805 edge", "3.24.1 3.24"], ["20260806", "3.24.1 3.24 edge"])
    assert tags_of(changes, Effect.GOES_BACK) == set()
    changes = changes_of(
        ["lein-2.11.2 lein latest", "tools-deps-1.12.0.1 tools-deps"],
        ["lein-2.11.2 lein", "tools-deps-1.12.0.1 tools-deps latest"],
    )
    assert tags_of(changes, Effect.GOES_BACK) == set()


def test_goes_back_to_a_version_with_a_word_before_it() -> None:
    """A version without a product can be compared with one that has a word before it."""
    changes = changes_of(["2.1.3 2.1 latest"], ["cli-2.1.2 latest"])
    assert tags_of(changes, Effect.GOES_BACK) == {"latest"}


def test_a_higher_version_with_an_earlier_date() -> None:
    """A higher version does not go back, even if its build has an earlier date."""
    changes = changes_of(["12.8 12 trixie-20260802"], ["12.9 12 trixie-20260801"])
    assert changes.severity is Severity.EXPECTED


def test_a_date_that_moves() -> None:
    """A tag with the date of a build must not move to a build of another date."""
    changes = changes_of(
        ["12.8 12 trixie-20260801 trixie"], ["12.9 12 trixie-20260802 trixie-20260801 trixie"]
    )
    assert "trixie-20260801 moves from 20260801 to 20260802, but a full version" in text(changes)


def test_the_highest_of_several_windows_builds_goes_back() -> None:
    """A tag of several Windows builds goes back if the highest version of them does."""
    sides = [
        manifest(
            entry(f"{version}-windowsservercore-ltsc2025", "latest", "windows-amd64", "a"),
            entry("1.2.0-windowsservercore-ltsc2022", "latest", "windows-amd64", "b"),
        )
        for version in ("1.2.1", "1.2.0")
    ]
    assert tags_of(diff(*sides), Effect.GOES_BACK) == {"latest"}


def test_a_tag_without_a_version_gets_one() -> None:
    """Nothing is compared with an image without a version: its tag moves to the new cycle."""
    sides = [
        manifest(entry(tags, directory="tip"), entry("1.1.0 1.1", directory="1.1"))
        for tags in ("tip latest", "1.2.0 tip latest")
    ]
    assert tags_of(diff(*sides), Effect.CYCLE) == {"tip", "latest"}


def test_goes_back_beside_an_image_without_a_version() -> None:
    """A tag of several Windows builds goes back even if the first one has no version."""
    plain = entry("windowsservercore-ltsc2022", "latest", "windows-amd64", "a")
    sides = [
        manifest(
            plain,
            entry(f"{version}-windowsservercore-ltsc2025", "latest", "windows-amd64", "b"),
        )
        for version in ("1.2.1", "1.2.0")
    ]
    assert tags_of(diff(*sides), Effect.GOES_BACK) == {"latest"}


def test_incomparable_versions_of_one_cycle() -> None:
    """A cycle that goes from dates to numbers is notable, with both versions and no advice."""
    sides = [
        manifest(entry(tags, directory="tip"), entry("1.1.0 1.1", directory="1.1"))
        for tags in ("tip-20260701 tip latest", "1.2.0 tip latest")
    ]
    changes = diff(*sides)
    assert tags_of(changes, Effect.INCOMPARABLE) == {"tip", "latest"}
    assert {change.alternative for change in changes.changes if change.old and change.new} == {""}
    assert "move from 20260701 to 1.2.0; these versions cannot be compared" in text(changes)
    assert changes.severity is Severity.NOTABLE


def test_two_products_with_equal_versions() -> None:
    """Each product has cycles of its own, also where two have the same versions."""
    changes = changes_of(
        ["2.1.0 2.1 2", "cli-2.1.0 cli-2.1 cli-2 cli"],
        ["2.1.1 2.1 2", "cli-2.2.0 cli-2.2 cli-2 cli"],
    )
    assert changes.severity is Severity.EXPECTED


def test_latest_is_not_a_variant() -> None:
    """An image without a version is named after its other tags, not after `latest`."""
    changes = changes_of(["8.8.2 8.8 latest"], ["8.8.2 8.8", "edge latest"])
    assert "latest moves from the plain image to edge" in text(changes)


def test_a_short_suffix_vanishes() -> None:
    """`slim` and `3.14-slim` vanish for one reason: no image has the suffix."""
    old = ["3.14.6-slim-trixie 3.14-slim-trixie 3.14-slim slim"]
    changes = changes_of(old, ["3.14.6-slim-trixie 3.14-slim-trixie"])
    assert "slim and 3.14-slim vanish" in text(changes)
    assert "none has the suffix slim any more" in text(changes)


@pytest.mark.parametrize(
    ("old", "new", "kind", "moved"),
    [
        ("8.6.2 8.6 8 latest", "unstable 8 latest", Effect.CYCLE, {"8", "latest"}),
        ("8.6.2 8.6 8 latest", "edge 8.6 8 latest", Effect.CYCLE, {"8.6", "8", "latest"}),
        ("1.2.3 1.2 latest", "20260815 1.2 latest", Effect.INCOMPARABLE, {"1.2", "latest"}),
        ("1.2.3 1.2 1", "2026-08-15 1.2 1", Effect.INCOMPARABLE, {"1.2", "1"}),
    ],
)
def test_a_line_is_not_a_version(old: str, new: str, kind: Effect, moved: set[str]) -> None:
    """An image with a channel or a date, and the name of a line, does not go back to the line."""
    changes = changes_of([old], [new])
    assert not {"goes_back", "fixed_tag"} & set(kinds_of(changes))
    assert tags_of(changes, kind) == moved


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("8.6.2 8.6 8 latest", "unstable 8 latest", "8 is now unstable: 8.6 and 8.6.2 end"),
        ("8.6.2 8.6 8 latest", "edge 8.6 8 latest", "8 is now edge: 8.6.2 ends"),
        ("1.2.3 1.2 1 latest", "20260815 1.2 1 latest", "1 is now 20260815: 1.2.3 ends"),
        ("8.6.2 8.6 8 latest", "unstable latest", "8 is retired: 8, 8.6 and 8.6.2 end"),
    ],
)
def test_a_cycle_that_only_moves_is_not_retired(old: str, new: str, sentence: str) -> None:
    """A cycle is retired if its name ends, not if it moves to another image."""
    assert sentence in text(changes_of([old], [new]))


@pytest.mark.parametrize(
    ("old", "new"),
    [("1.2.3 1.2 latest", "1.2.2 1.2 latest"), ("20.0.1 20 latest", "20 latest")],
)
def test_a_shorter_version_goes_back(old: str, new: str) -> None:
    """Without a channel or a date, the shorter version is the version of the image."""
    assert "goes_back" in kinds_of(changes_of([old], [new]))


@pytest.mark.parametrize("cycle", ["24.04", "2026.07", "8.08"])
def test_the_name_of_a_cycle_keeps_its_zeros(cycle: str) -> None:
    """A cycle is named as its version is written."""
    changes = changes_of([f"{cycle}.1 latest"], ["2999.10.1 latest"])
    assert tags_of(changes, Effect.CYCLE) == {"latest"}
    (group,) = [one for one in changes.groups if one.reason.kind is Effect.CYCLE]
    assert (group.reason.old, group.reason.new) == (cycle, "2999.10")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.6.3 1.6 stable latest", "1.6.4 1.6 stable latest", ""),
        ("24.04 noble rolling latest", "24.10 oracular rolling latest", ""),
        ("25.0.4_8 25", "25.0.4_7 25", "25"),
        ("4.0.0-rc-5 4-rc", "4.0.0-rc-4 4-rc", "4-rc"),
        ("8.2.0-rc1 8.2-rc", "8.2.0-rc2 8.2-rc", ""),
        ("3.3-dev5 3.3-dev", "3.3-dev11 3.3-dev", ""),
        ("1.13.0-rc1 rc", "1.13.0-beta3 rc", "rc"),
        ("12.1.2 12 lts", "11.8.5 11 lts", "lts"),
        ("rawhide 44", "rawhide 45", ""),
        ("sid unstable", "sid unstable", ""),
        ("edge 20260127", "edge 20251224", "edge"),
        ("1.37.0 unstable latest", "1.36.1 unstable latest", "unstable latest"),
        ("8.8-m03 8.8-rc", "8.8-m02 8.8-rc", "8.8-rc"),
        ("1.91.0-insiders.10 insiders", "1.91.0-insiders.9 insiders", "insiders"),
        ("1.91.0-insiders.9 insiders", "1.91.0-insiders.10 insiders", ""),
        ("1.11.3.1463 tools-deps latest", "1.12.0.1479 tools-deps latest", ""),
        ("open-21.0.5_11-jdk open-21-jdk", "open-21.0.4_7-jdk open-21-jdk", "open-21-jdk"),
        ("kilted 20260815", "kilted 20260801", "kilted"),
    ],
)
def test_what_goes_back_in_the_styles_of_projects(old: str, new: str, expected: str) -> None:
    """Exactly the moving tags of an older version or date go back."""
    assert tags_of(changes_of([old], [new]), Effect.GOES_BACK) == set(expected.split())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("8.3.1 8.3 8 edge", "8.4.0 8.4 8 edge"),
        ("8.3.1 8.3 8 edge", "9.0.0 9.0 9 edge"),
        ("2024-11-07 2024-11 2024 edge", "2024-12-01 2024-12 2024 edge"),
        ("2024-11-07 2024-11 2024 edge", "2025-01-01 2025-01 2025 edge"),
        ("8.3.1 8.3 lts", "8.4.0 8.4 lts"),
        ("8.3.1 jdk-8.3 lts", "8.4.0 jdk-8.4 lts"),
    ],
)
def test_parts_end_with_their_version(old: str, new: str) -> None:
    """The parts of a version end with it where nothing else is a name of its line."""
    assert changes_of([old], [new]).severity is not Severity.BREAKING


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        ("8.3.1 8.3 lts", "8.3.2 lts", {"8.3"}),
        ("8.3.1 8.3 8 lts", "8.4.0 8.4 lts", {"8"}),
        ("2024-11-07 2024-11 2024 edge", "2024-12-01 2024-12 edge", {"2024"}),
    ],
)
def test_parts_that_still_fit_vanish(old: str, new: str, gone: set[str]) -> None:
    """A part that also names the new version vanishes if the new image lacks it."""
    assert tags_of(changes_of([old], [new]), Effect.VANISHES) == gone


PRODUCTS = (
    ("9.0.14 9.0 8.0.504", "9.0.14 9.0 8.0.505"),
    ("9.0.14 9.0 plugin-8.0.504", "9.0.14 9.0 plugin-8.0.505"),
    ("3.13.15 3.13 3.13.15-plugin8.0.504", "3.13.15 3.13 3.13.15-plugin8.0.505"),
)


@pytest.mark.parametrize(("old", "new"), PRODUCTS)
def test_another_product_goes_on(old: str, new: str) -> None:
    """The full version of another product in a tag ends when a newer one follows it."""
    changes = changes_of([old], [new])
    assert changes.severity is not Severity.BREAKING
    ended = [change for change in changes.changes if change.new is None]
    assert [change.tag for change in ended] == old.split()[2:]
    assert "3.13" not in instead(changes).values()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *((new, old) for old, new in PRODUCTS[:2]),
        ("9.0.14 9.0 8.0.504", "9.0.14 9.0"),
        ("9.0.14 9.0 8.0.504", "9.0.14 9.0 plugin-8.0.505"),
        ("9.0.14 9.0 8.0", "9.0.14 9.0 8.1"),
        ("9.0.14 9.0 8.0.504 8.0.505", "9.0.14 9.0 8.0.505"),
    ],
)
def test_another_product_vanishes(old: str, new: str) -> None:
    """A tag of another product vanishes if no newer full version follows it."""
    assert tags_of(changes_of([old], [new]), Effect.VANISHES) == {old.split()[2]}


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("8.10-rc2-trixie 8.10-rc-trixie", "8.10.0-trixie 8.10-trixie", "8.10.0-trixie"),
        ("3.15.0b3-trixie 3.15-rc-trixie", "3.15.0-trixie 3.15-trixie", "3.15.0-trixie"),
        ("3.9.20-trixie 3.9-trixie", "", "3.10.5-trixie"),
        ("3.9.20 3.9", "", "3.10.5"),
        ("19beta3-trixie 19beta3", "19.0-trixie 19.0 19", "19.0-trixie"),
    ],
)
def test_advice_for_a_superseded_pinned_tag(old: str, new: str, advice: str) -> None:
    """A pinned tag that ends has a pinned tag as advice, and a moving one a moving tag."""
    also = "3.10.5-trixie 3.10-trixie 3.10.5 3.10"
    found = instead(changes_of([old, also], [*filter(None, [new]), also]))
    pinned, moving = old.split()
    assert found[pinned] == advice
    assert moving == "19beta3" or found[moving] not in {"", advice}


def test_advice_for_a_pinned_tag_of_an_ended_minor() -> None:
    """Also where minor versions are the release cycles, as node's."""
    old = ["8.1.4 8.1 8", "8.1.4-slim 8.1-slim 8-slim", "8.2.0 8.2", "8.2.0-slim 8.2-slim"]
    found = instead(changes_of(old, ["8.2.0 8.2 8", "8.2.0-slim 8.2-slim 8-slim"]))
    assert found["8.1.4-slim"] == "8.2.0-slim"
    assert found["8.1-slim"] == "8.2-slim"


@pytest.mark.parametrize("suffix", ["", "-alpine"])
@pytest.mark.parametrize("early", ["8.8-m03", "9.0.0-rc1 9.0-rc", "8.9.0-canary.3 8.9-canary"])
@pytest.mark.parametrize("kept", ["8.6.2 8.6", "8.6.3 8.6"])
def test_advice_for_a_move_to_a_pre_release(kept: str, early: str, suffix: str) -> None:
    """A tag that leaves the final releases has the name of the old line as advice."""
    old, final, other = (
        " ".join(f"{tag}{suffix}" for tag in tags.split())
        for tags in ("8.6.2 8.6 8 stable", kept, f"{early} 8 stable")
    )
    found = instead(changes_of([old], [final, other]))
    assert found[f"8{suffix}"] == found[f"stable{suffix}"] == f"8.6{suffix}"


@pytest.mark.parametrize("new", [*permutations(["3.14.5", "3.14.6", "3.14"])])
def test_two_versions_in_one_entry(new: tuple[str, ...]) -> None:
    """The order of the tags does not change the verdict: the image has the newer version."""
    changes = changes_of(["3.14.5 3.14"], [" ".join(new)])
    assert tags_of(changes, Effect.FIXED) == {"3.14.5"}
    assert tags_of(changes, Effect.UPDATE) >= {"3.14", "3.14.6"}
