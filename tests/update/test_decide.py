"""The safety rules of updates, with given answers instead of requests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.config.model import VariantChoice
from tagmatrix.editing import Put, Remove
from tagmatrix.matrix.needs import needs
from tagmatrix.update.decide import decide
from tagmatrix.update.gather import target
from tagmatrix.update.outcome import CycleVerdict, UpstreamFacts
from tagmatrix.upstream.phases import Phase
from tagmatrix.upstream.release_order import UpstreamRelease
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Release
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.web.answers import Answer

A, B, C = "a" * 64, "b" * 64, "c" * 64
SAMPLE = config.parse(VERSIONS)
OURS, SOURCE_ONLY = SAMPLE.releases
ONES, TWOS = "1" * 64, "2" * 64
DAY = dt.date(2026, 6, 24)
BUGFIX, SECURITY = Found(Phase(name="bugfix")), Found(Phase(name="security"))
GONE = NotPublished("python-2.1.4-amd64.exe is not published")
FAILED = FetchFailed("no connection")
HERE = ("releases", "2.1")


def published(*versions: str, day: dt.date = DAY) -> Found[tuple[UpstreamRelease, ...]]:
    """Return an answer with these versions, newest first."""
    return Found(
        tuple(UpstreamRelease(version, day, number) for number, version in enumerate(versions))
    )


def deciding(
    versions: Answer[tuple[UpstreamRelease, ...]],
    checksums: Mapping[str, Answer[str]] | None = None,
    *,
    release: Release = OURS,
    phase: Answer[Phase] = BUGFIX,
    as_of: dt.date = DAY,
    accepted: tuple[str, ...] = (),
    text: str = VERSIONS,
    kept: Mapping[str, Answer[str]] | None = None,
) -> CycleOutcome:
    """Return the outcome for a release."""
    sample = config.parse(text)
    facts = UpstreamFacts(
        published=versions, checksums=checksums or {}, kept=kept or {}, phase=phase
    )
    return decide(release, needs(sample, release), facts, as_of=as_of, accepted=accepted)


def test_nothing_new() -> None:
    """The same version with the same checksums changes nothing."""
    same = {"source": Found(ONES), "windows": Found(TWOS)}
    outcome = deciding(published("2.1.3"), same)
    assert (outcome.verdict, outcome.upstream) == (CycleVerdict.CURRENT, "2.1.3")
    assert outcome.edits == ()


def test_update() -> None:
    """A new version comes with all its checksums."""
    outcome = deciding(published("2.1.4", "2.1.3"), {"source": Found(A), "windows": Found(B)})
    assert outcome.verdict is CycleVerdict.UPDATE
    assert outcome.edits == (
        Put((*HERE, "version"), "2.1.4"),
        Put((*HERE, "sha256", "source"), A, after=("version",)),
        Put((*HERE, "sha256", "windows"), B, after=("version",)),
    )
    assert outcome.news == ("2.1.3 to 2.1.4",)


@pytest.mark.parametrize(
    ("kept", "verdict", "said"),
    [
        ({"source": Found(ONES), "windows": Found(TWOS)}, CycleVerdict.WAITS, ""),
        ({"windows": Found(C)}, CycleVerdict.ALARM, "windows of 2.1.3 has another SHA-256"),
        ({"windows": GONE}, CycleVerdict.ALARM, "windows of 2.1.3 was published and is gone"),
        ({"windows": FAILED}, CycleVerdict.FAILED, "no connection"),
        ({"windows": Found("c" * 128)}, CycleVerdict.FAILED, "SHA-512"),
        ({"windows": Found(B)}, CycleVerdict.WAITS, ""),
    ],
)
def test_our_files_while_a_newer_version_waits(
    kept: Mapping[str, Answer[str]], verdict: CycleVerdict, said: str
) -> None:
    """A problem of our version's files is reported, and nothing changes."""
    late: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    outcome = deciding(published("2.1.4", "2.1.3"), late, kept=kept, accepted=(B,))
    assert (outcome.verdict, outcome.edits, outcome.news) == (verdict, (), ())
    assert said in "".join(outcome.alarms + outcome.failures)
    found = all(isinstance(each, Found) for each in kept.values())
    assert (
        bool(outcome.waits) == found
    )  # what finds not even our file says of no other that it waits


def test_a_description_that_does_not_find_our_file() -> None:
    """A newer version is never late for a file that our version lacks in the same place."""
    late: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    both = published("2.1.4", "2.1.3")
    builder = "    builder: classic\n"
    leaves_out = VERSIONS.replace(builder, f"{builder}    late: leave_out\n")
    held = deciding(both, late, kept={"windows": Found(TWOS)}, text=leaves_out)
    assert held.verdict is CycleVerdict.UPDATE
    outcome = deciding(both, late, kept={"windows": GONE}, text=leaves_out)
    assert (outcome.verdict, outcome.edits, outcome.waits) == (CycleVerdict.ALARM, (), ())
    computed = FetchFailed("no checksum", unclaimed=True)  # the file itself is there
    found = deciding(both, late, kept={"windows": computed}, text=leaves_out)
    assert found.verdict is CycleVerdict.UPDATE


def test_a_new_version_with_an_old_checksum() -> None:
    """It waits, unless versions.yaml accepts that both versions have the same file."""
    answers = {"source": Found(ONES), "windows": Found(B)}
    waits = deciding(published("2.1.4", "2.1.3"), answers)
    assert (waits.verdict, waits.edits) == (CycleVerdict.WAITS, ())
    assert waits.waits[0].endswith("files of 2.1.3: the checksum of source did not change")
    taken = deciding(published("2.1.4", "2.1.3"), answers, accepted=(ONES,))
    assert taken.news == ("2.1.3 to 2.1.4",)


def test_no_newer_version_stays_without_a_reason() -> None:
    """A newer version is taken, or something says why not; here answers contradict the rules."""
    release = replace(OURS, sha256={"source": ONES}, held_back={"windows": "late"})
    late: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    outcome = deciding(
        published("2.1.4", "2.1.3"), late, release=release, phase=SECURITY, kept={"windows": GONE}
    )
    assert outcome.verdict is CycleVerdict.FAILED
    assert "2.1.4 is published, and 2.1.3 stays without a reason" in outcome.failures[0]


@pytest.mark.parametrize("failing", ["source", "windows"])
def test_a_failed_fetch_changes_nothing(failing: str) -> None:
    """If one checksum is a failure, the version does not move, and no checksum is lost."""
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": Found(B)}
    for versions in (published("2.1.4"), published("2.1.3")):
        known = answers if versions == published("2.1.4") else {
            "source": Found(ONES), "windows": Found(TWOS),
        }  # fmt: skip
        outcome = deciding(versions, {**known, failing: FAILED})
        assert (outcome.verdict, outcome.edits) == (CycleVerdict.FAILED, ())
        assert outcome.failures == ("no connection",)
    assert deciding(FAILED).edits == ()
    assert deciding(FAILED).verdict is CycleVerdict.FAILED


def test_a_failure_is_reported_once() -> None:
    """The same failure for both checksums is reported once."""
    for version in ("2.1.3", "2.1.4"):
        outcome = deciding(published(version), {"source": FAILED, "windows": FAILED})
        assert outcome.failures == ("no connection",)


def test_two_files_of_one_checksum() -> None:
    """Source and installer with the same SHA-256 are an alarm, and nothing changes."""
    for version, digest in (("2.1.3", ONES), ("2.1.4", A)):
        outcome = deciding(published(version), {"source": Found(digest), "windows": Found(digest)})
        assert (outcome.verdict, outcome.edits) == (CycleVerdict.ALARM, ())
        said = f"{version}: source and windows have the same SHA-256, {digest}"
        assert outcome.alarms == (
            f"{said}: at least one checksum belongs to another file; versions.yaml keeps 2.1.3",
        )


def test_never_backwards() -> None:
    """A list without our version is an alarm; the version does not go back."""
    for versions in (published("2.1.2"), NotPublished("nothing is listed of 2.1")):
        outcome = deciding(versions)
        assert (outcome.verdict, outcome.edits) == (CycleVerdict.ALARM, ())
        assert "2.1.3" in outcome.alarms[0]
    assert (
        "upstream's newest version is 2.1.2; versions.yaml keeps 2.1.3"
        in (deciding(published("2.1.2")).alarms[0])
    )


def test_vanished_at_the_same_version() -> None:
    """Windows that was published and is gone is an alarm, in the security phase too."""
    answers: dict[str, Answer[str]] = {"source": Found(ONES), "windows": GONE}
    for phase in (BUGFIX, SECURITY):
        outcome = deciding(published("2.1.3"), answers, phase=phase)
        assert (outcome.verdict, outcome.edits) == (CycleVerdict.ALARM, ())
        assert (
            "windows of 2.1.3 was published and is gone; versions.yaml keeps it"
            in outcome.alarms[0]
        )


def test_another_checksum() -> None:
    """Another checksum at the same version is an alarm with both, unless it is accepted."""
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": Found(TWOS)}
    outcome = deciding(published("2.1.3"), answers)
    assert (outcome.verdict, outcome.edits) == (CycleVerdict.ALARM, ())
    assert ONES in outcome.alarms[0]
    assert A in outcome.alarms[0]
    assert deciding(published("2.1.3"), answers, accepted=(B,)).verdict is CycleVerdict.ALARM
    accepted = deciding(published("2.1.3"), answers, accepted=(A,))
    assert accepted.edits == (Put((*HERE, "sha256", "source"), A, after=("version",)),)


def test_contradiction_alarms() -> None:
    """An upstream that contradicts itself is an alarm, not a failure."""
    answers: dict[str, Answer[str]] = {
        "source": FetchFailed("A says a, B says b", alarm=True),
        "windows": Found(B),
    }
    outcome = deciding(published("2.1.4"), answers)
    assert (outcome.verdict, outcome.edits) == (CycleVerdict.ALARM, ())


@pytest.mark.parametrize(
    ("late", "as_of", "verdict"),
    [
        ("wait", DAY, CycleVerdict.WAITS),
        ("wait", DAY + dt.timedelta(days=2), CycleVerdict.WAITS),
        ("wait", DAY + dt.timedelta(days=3), CycleVerdict.UPDATE),
        ("leave_out", DAY, CycleVerdict.UPDATE),
    ],
)
def test_late(late: str, as_of: dt.date, verdict: CycleVerdict) -> None:
    """An update waits for a late artifact or leaves it out, depending on the flavor."""
    text = VERSIONS.replace("    builder: classic\n", f"    builder: classic\n    late: {late}\n")
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    outcome = deciding(published("2.1.4", "2.1.3"), answers, as_of=as_of, text=text)
    assert outcome.verdict is verdict
    if verdict is CycleVerdict.WAITS:
        assert outcome.edits == ()
        assert outcome.waits == (
            (
                "2.1.4 (of 2026-06-24) waits for windows until 2026-06-27; "
                "then the update leaves it out"
            ),
        )
    else:
        held = Put(
            (*HERE, "held_back", "windows"),
            "2.1.4 not published",
            after=("version", "sha256", "artifacts"),
        )
        assert Remove((*HERE, "sha256", "windows")) in outcome.edits
        assert outcome.edits[-1] == held


def test_wait_days() -> None:
    """The flavor sets the waiting period."""
    text = VERSIONS.replace("    builder: classic\n", "    builder: classic\n    wait_days: 0\n")
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    assert deciding(published("2.1.4"), answers, text=text).verdict is CycleVerdict.UPDATE


def test_it_comes() -> None:
    """A held back artifact comes back when it is published."""
    held = replace(OURS, sha256={"source": ONES}, held_back={"windows": "2.1.3 not published"})
    answers: dict[str, Answer[str]] = {"source": Found(ONES), "windows": GONE}
    waiting = deciding(published("2.1.3"), answers, release=held)
    assert (waiting.verdict, waiting.edits) == (CycleVerdict.WAITS, ())
    outcome = deciding(published("2.1.3"), {**answers, "windows": Found(B)}, release=held)
    assert outcome.edits == (
        Put((*HERE, "sha256", "windows"), B, after=("version",)),
        Remove((*HERE, "held_back", "windows"), prune=True),
    )
    both = {"source": Found(A), "windows": Found(B)}
    newer = deciding(published("2.1.4"), both, release=held)
    assert newer.edits[-1] == Remove((*HERE, "held_back", "windows"), prune=True)


def test_security_phase() -> None:
    """A cycle in its security phase does not wait for Windows, and the reason is reported."""
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    outcome = deciding(published("2.1.4"), answers, phase=SECURITY)
    assert outcome.verdict is CycleVerdict.UPDATE
    assert outcome.edits == (
        Put((*HERE, "version"), "2.1.4"),
        Remove((*HERE, "sha256", "windows")),
        Put((*HERE, "sha256", "source"), A, after=("version",)),
        Put((*HERE, "artifacts"), ["source"], after=("version", "sha256")),
    )
    assert outcome.news == (
        "2.1.3 to 2.1.4",
        (
            "upstream no longer publishes windows in the security phase; "
            "windowsservercore ends with 2.1.3"
        ),
    )


def test_security_phase_with_installers() -> None:
    """Installers that are published after the phase changed are used."""
    both = {"source": Found(A), "windows": Found(B)}
    outcome = deciding(published("2.1.4"), both, phase=SECURITY)
    assert outcome.news == ("2.1.3 to 2.1.4",)


def test_held_back_for_ever() -> None:
    """A held back artifact ends when the cycle enters its security phase."""
    held = replace(OURS, sha256={"source": ONES}, held_back={"windows": "2.1.3 not published"})
    answers: dict[str, Answer[str]] = {"source": Found(ONES), "windows": GONE}
    outcome = deciding(published("2.1.3"), answers, release=held, phase=SECURITY)
    assert outcome.edits == (
        Put((*HERE, "artifacts"), ["source"], after=("version", "sha256")),
        Remove((*HERE, "held_back", "windows"), prune=True),
    )


def test_phase_not_known() -> None:
    """Without a phase, a missing artifact is a failure."""
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": GONE}
    outcome = deciding(published("2.1.4"), answers, phase=FAILED)
    assert (outcome.verdict, outcome.edits) == (CycleVerdict.FAILED, ())
    assert outcome.failures[1] == (
        "2.1.4 has no windows yet, and it is unknown whether upstream will publish it"
    )


def test_never_windows_only() -> None:
    """Without a source there is no update, with any policy and after any time."""
    answers: dict[str, Answer[str]] = {"source": NotPublished("no"), "windows": Found(B)}
    text = VERSIONS.replace("    needs: [source]\n", "    needs: [source]\n    late: leave_out\n")
    late = dt.date(2030, 1, 1)
    outcome = deciding(published("2.1.4"), answers, as_of=late, text=text, phase=SECURITY)
    assert (outcome.verdict, outcome.edits) == (CycleVerdict.WAITS, ())
    assert outcome.waits == ("2.1.4 is not complete: source is not published yet",)


def test_a_release_that_says_its_artifacts() -> None:
    """A release with `artifacts: [source]` needs only the source."""
    outcome = deciding(published("2.0.10"), {"source": Found(A)}, release=SOURCE_ONLY)
    assert [edit.path for edit in outcome.edits] == [
        ("releases", "2.0", "version"),
        ("releases", "2.0", "sha256", "source"),
    ]


def test_pre_releases() -> None:
    """A final cycle never moves to a pre-release, nor a pre-release cycle to a final version."""
    beta = replace(OURS, cycle="2.2-rc", version="2.2.0b3")
    assert target(OURS, published("2.1.4rc1", "2.1.3").value) == UpstreamRelease("2.1.3", DAY, 1)
    newer = target(beta, published("2.2.0", "2.2.0rc1", "2.2.0b3").value)
    assert newer is not None
    assert newer.version == "2.2.0rc1"
    both = {"source": Found(A), "windows": Found(B)}
    outcome = deciding(published("2.2.0", "2.2.0rc1", "2.2.0b3"), both, release=beta)
    assert outcome.step == "tagmatrix promote 2.2-rc --download"
    assert outcome.upstream == "2.2.0"
    assert outcome.news == ("2.2.0b3 to 2.2.0rc1",)
    done = deciding(published("2.2.0", "2.2.0b3"), {"source": Found(ONES)}, release=beta)
    assert (done.verdict, done.edits) == (CycleVerdict.WAITS, ())
    plain = replace(OURS, cycle="2.2", version="2.2.0rc1")
    assert target(plain, published("2.2.0", "2.2.0rc1").value) == UpstreamRelease("2.2.0", DAY, 0)


def test_versions_are_compared_as_versions() -> None:
    """2.1.10 is newer than 2.1.9, rc10 than rc9."""
    nine = replace(OURS, version="2.1.9")
    answers: dict[str, Answer[str]] = {"source": Found(A), "windows": Found(B)}
    assert deciding(published("2.1.10", "2.1.9"), answers, release=nine).news == (
        "2.1.9 to 2.1.10",
    )


def test_a_checksum_of_a_variant() -> None:
    """A variant's own checksum blocks an update, unless the variant has its own version."""
    both: dict[str, Answer[str]] = {"source": Found(A), "windows": Found(B)}
    own = VariantChoice(name="slim-trixie", sha256={"source": C})
    outcome = deciding(published("2.1.4"), both, release=replace(OURS, variants=(own,)))
    assert (outcome.verdict, outcome.edits) == (CycleVerdict.WAITS, ())
    assert "slim-trixie lists a SHA-256 of 2.1.3" in outcome.waits[0]
    behind = replace(own, name="windowsservercore-ltsc2025", version="2.1.2", sha256={"windows": C})
    release = replace(OURS, variants=(VariantChoice(name="trixie"), behind))
    assert list(needs(SAMPLE, release).artifacts) == ["source"]
    assert deciding(published("2.1.4"), both, release=release).verdict is CycleVerdict.UPDATE


@pytest.mark.parametrize(
    ("value", "waits"),
    [
        ({"trixie": "2.1.3-1.pgdg13+2", "bookworm": "2"}, True),
        (("2.1~.3",), True),
        ("12.1.3", False),
        ("2.1.30", False),
        (True, False),
    ],
)
def test_a_setting_of_the_release_has_its_version(value: object, *, waits: bool) -> None:
    """A package of an exact version would be of the old one: an update waits for a maintainer."""
    release = replace(OURS, settings={"package": value})
    outcome = deciding(
        published("2.1.4", "2.1.3"), {"source": Found(A), "windows": Found(B)}, release=release
    )
    assert bool(outcome.edits) is not waits
    says = "package in the `settings` of 2.1 contains 2.1.3: tagmatrix bump 2.1 2.1.4 --download"
    assert any(says in each for each in outcome.waits) is waits


STRONG, OTHER, WEAK = "5" * 128, "6" * 128, "7" * 40


@pytest.mark.parametrize(
    ("key", "ours", "theirs"), [("sha512", STRONG, OTHER), ("sha1", WEAK, "8" * 40)]
)
def test_checksums_of_other_algorithms(key: str, ours: str, theirs: str) -> None:
    """A SHA-512 or a SHA-1 is compared, and moves with the version, as a SHA-256 is."""
    release = replace(OURS, sha256={"windows": TWOS}, **{key: {"source": ours}})
    windows = Found(TWOS)
    same = {"source": Found(ours), "windows": windows}
    assert deciding(published("2.1.3"), same, release=release).verdict is CycleVerdict.CURRENT
    changed: dict[str, Answer[str]] = {"source": Found(theirs), "windows": windows}
    alarm = deciding(published("2.1.3"), changed, release=release)
    assert (alarm.verdict, alarm.edits) == (CycleVerdict.ALARM, ())
    assert f"Ours: {ours}, upstream's: {theirs}" in alarm.alarms[0]
    allowed = deciding(published("2.1.3"), changed, release=release, accepted=(theirs,))
    after = ("version", "sha256") if key == "sha512" else ("version", "sha256", "sha512")
    assert allowed.edits == (Put((*HERE, key, "source"), theirs, after=after),)
    gone = deciding(published("2.1.3"), {"source": GONE, "windows": windows}, release=release)
    assert (gone.verdict, gone.edits) == (CycleVerdict.ALARM, ())
    moved = {"source": Found(theirs), "windows": Found(B)}
    newer = deciding(published("2.1.4", "2.1.3"), moved, release=release)
    assert {edit.path: edit.value for edit in newer.edits if isinstance(edit, Put)} == {
        (*HERE, "version"): "2.1.4",
        (*HERE, key, "source"): theirs,
        (*HERE, "sha256", "windows"): B,
    }
    twins = {"source": Found(theirs), "windows": Found(theirs)}
    assert deciding(published("2.1.4"), twins, release=release).verdict is CycleVerdict.ALARM


@pytest.mark.parametrize("version", ["2.1.3", "2.1.4"])
@pytest.mark.parametrize("theirs", [OTHER, WEAK])
def test_a_checksum_of_another_algorithm_changes_nothing(version: str, theirs: str) -> None:
    """A checksum that can't be compared with ours is a failure, above all a weaker one."""
    answers: dict[str, Answer[str]] = {"source": Found(theirs), "windows": Found(TWOS)}
    outcome = deciding(published(version), answers)
    assert (outcome.verdict, outcome.edits) == (CycleVerdict.FAILED, ())
    assert "versions.yaml has the SHA-256" in outcome.failures[0]
