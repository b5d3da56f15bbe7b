"""Compare small manifests: each kind of change and its severity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagmatrix.diff import Effect, Severity, compare, diff, infer
from tagmatrix.diff.snapshot import ListedNames
from tagmatrix.diff.text import headline, text

from .samples import changes_of, entry, family, kinds_of, manifest, tags_of

if TYPE_CHECKING:
    from tagmatrix.diff import Changes

OLD = {"3.14-rc": "3.14.0rc3", "3.13": "3.13.7", "3.12": "3.12.11"}
BASE = family(OLD, latest="3.13")


def instead(changes: Changes, kind: Effect) -> dict[str, str]:
    """Return the alternative of each tag."""
    return {
        change.tag: change.alternative for change in changes.changes if change.reason.kind is kind
    }


def test_nothing() -> None:
    """A manifest against itself has no change and no severity."""
    changes = diff(BASE, BASE)
    assert not changes
    assert changes.severity is None


def test_update() -> None:
    """A patch release: floating tags move, exact ones end and begin, for one reason."""
    changes = diff(BASE, family({**OLD, "3.12": "3.12.12"}, latest="3.13"))
    (group,) = changes.groups
    assert (group.severity, group.reason.old, group.reason.new) == (
        Severity.EXPECTED,
        "3.12.11",
        "3.12.12",
    )
    assert [change.tag for change in group.changes if change.old is None] == [
        "3.12.12",
        "3.12.12-slim",
        "3.12.12-trixie",
        "3.12.12-alpine",
        "3.12.12-bookworm",
        "3.12.12-alpine3.22",
        "3.12.12-slim-trixie",
        "3.12.12-slim-bookworm",
    ]


def test_becomes_final() -> None:
    """A pre-release becomes final: `3` and `latest` move, -rc tags end; all is notable."""
    new = family({"3.14": "3.14.0", "3.13": "3.13.7", "3.12": "3.12.11"}, latest="3.14")
    changes = diff(BASE, new)
    assert changes.severity is Severity.NOTABLE
    assert {"latest", "3", "slim", "alpine"} <= tags_of(changes, Effect.CYCLE)
    assert instead(changes, Effect.CYCLE)["slim"] == "3.13-slim"
    assert instead(changes, Effect.BECOMES_FINAL)["3.14-rc-alpine"] == "3.14-alpine"


def test_alias_moves_to_where_less_is_built() -> None:
    """A tag that moves to a cycle loses an architecture that the cycle never had."""
    missing = {"3.14-rc/alpine3.22": "s390x", "3.14/alpine3.22": "s390x"}
    old = family(OLD, latest="3.13", without=missing)
    new = family({"3.14": "3.14.0", **OLD}, latest="3.14", without=missing)
    (group,) = diff(old, new).of(Severity.BREAKING)
    assert group.tags == ("alpine", "alpine3.22", "3-alpine", "3-alpine3.22")
    assert (group.reason.by, group.reason.architectures) == ("cycle", ("s390x",))


def test_a_line_of_pre_releases_ends() -> None:
    """`3-rc` ends with its pre-release cycle: no final cycle could have it."""
    kept = "3.14.6 3.14 3"
    changes = changes_of(["3.15.0rc1 3.15-rc 3-rc rc", kept], [kept])
    assert changes.severity is Severity.NOTABLE
    assert tags_of(changes, Effect.CYCLE_ENDS) == {"3.15.0rc1", "3.15-rc", "3-rc", "rc"}


def test_default_suite_moves() -> None:
    """A new suite of short tags is notable, and the alternative is the full name."""
    changes = diff(BASE, family(OLD, latest="3.13", default="bookworm"))
    assert changes.severity is Severity.NOTABLE
    (group,) = changes.groups
    assert (group.reason.old, group.reason.new) == ("trixie", "bookworm")
    assert instead(changes, Effect.SUITE)["slim"] == "3.13-slim-trixie"
    assert instead(changes, Effect.SUITE)["3.12.11"] == "3.12.11-trixie"


def test_base_loses_an_architecture() -> None:
    """An architecture that a base loses is one reason for all cycles, also with new versions."""
    missing = {f"{cycle}/{name}": "s390x" for cycle in OLD for name in ("trixie", "slim-trixie")}
    new = family({**OLD, "3.13": "3.13.8"}, latest="3.13", without=missing)
    (group,) = diff(BASE, new).of(Severity.BREAKING)
    assert (group.reason.by, group.reason.new) == ("", "trixie")
    assert {"latest", "3.12-slim", "trixie", "3.12.11"} <= set(group.tags)
    assert instead(diff(BASE, new), Effect.LOSES)["slim"] == "3.13-slim-bookworm"
    del missing["3.14-rc/trixie"], missing["3.14-rc/slim-trixie"]
    less = {"3.13": "3.13.8", "3.12": "3.12.11"}
    old = family({"3.13": "3.13.7", "3.12": "3.12.11"}, latest="3.13")
    (group,) = diff(old, family(less, latest="3.13", without=missing)).of(Severity.BREAKING)
    assert (group.reason.by, group.reason.new) == ("", "trixie")


def test_base_has_another_architecture() -> None:
    """If all versions lose the only architecture of a suite, the reason is the suite."""
    old, new = (
        manifest(
            *(
                entry(f"{cycle}.{patch}-trixie {cycle}-trixie", "", name, f"{cycle}/trixie")
                for cycle in ("3.13", "3.12")
            )
        )
        for patch, name in ((7, "s390x"), (8, "amd64"))
    )
    (group,) = diff(old, new).of(Severity.BREAKING)
    assert (group.reason.by, group.reason.new) == ("", "trixie")


def test_late_binaries() -> None:
    """If one version loses an architecture, the reason is that version."""
    new = family({**OLD, "3.13": "3.13.8"}, latest="3.13", without={"3.13/trixie": "s390x arm64v8"})
    (group,) = diff(BASE, new).of(Severity.BREAKING)
    assert group.reason.by == "update"
    assert group.tags == ("latest", "3", "3.13", "trixie", "3-trixie", "3.13-trixie")


def test_windows_only() -> None:
    """A version tag that is left on Windows is one change, not five lost architectures."""
    both = "1.0.1 1.0 1 latest"
    old = manifest(
        entry("1.0.1-trixie 1.0-trixie", both, "amd64 i386"),
        entry("1.0.1-windowsservercore-ltsc2025", both, "windows-amd64", commit="a"),
    )
    new = manifest(
        entry("1.0.2-trixie 1.0-trixie", "1.0.2 1.0 1 latest", "amd64 i386"),
        entry("1.0.1-windowsservercore-ltsc2025", both, "windows-amd64", commit="a"),
    )
    (group,) = diff(old, new).of(Severity.BREAKING)
    assert (group.reason.kind, group.tags) == (Effect.WINDOWS_ONLY, ("1.0.1",))
    assert group.changes[0].alternative == "1.0"


def test_windows_goes() -> None:
    """A cycle loses its Windows images: their tags vanish, shared tags lose Windows."""
    old = family(OLD, latest="3.13", windows=("3.13", "3.12"))
    new = family({**OLD, "3.12": "3.12.12"}, latest="3.13", windows=("3.13",))
    vanished, lost = diff(old, new).of(Severity.BREAKING)
    assert vanished.tags == ("3.12-windowsservercore", "3.12-windowsservercore-ltsc2025")
    assert (vanished.reason.by, vanished.reason.new) == ("gone", "windowsservercore")
    assert (lost.tags, lost.reason.architectures) == (("3.12",), ("windows-amd64",))
    assert (lost.reason.by, lost.reason.new) == ("gone", "windowsservercore")


def test_windows_ends() -> None:
    """Windows removed everywhere: the flavor ends, and shared tags lose the architecture."""
    old = family(OLD, latest="3.13", windows=("3.13", "3.12"))
    kinds = kinds_of(diff(old, BASE))
    assert "3.13-windowsservercore" in kinds["suite_ends"]
    assert kinds["loses"] == {"latest", "3", "3.13", "3.13.7", "3.12", "3.12.11"}


def test_windows_build_goes() -> None:
    """A shared tag that loses a Windows build is a notable change."""
    builds = [
        entry(
            f"1.1-windowsservercore-{build}",
            "1.1 1.1-windowsservercore",
            "windows-amd64",
            commit=build[-1],
        )
        for build in ("ltsc2025", "ltsc2022")
    ]
    linux = entry("1.1-trixie", "1.1")
    changes = diff(manifest(linux, *builds), manifest(linux, builds[0]))
    assert kinds_of(changes) == {
        "windows_builds": {"1.1", "1.1-windowsservercore"},
        "suite_ends": {"1.1-windowsservercore-ltsc2022"},
    }


def test_goes_back() -> None:
    """A tag that moves to a lower version is breaking, within a cycle and between them."""
    changes = diff(BASE, family({**OLD, "3.13": "3.13.6"}, latest="3.13"))
    assert changes.severity is Severity.BREAKING
    assert "3.13-slim" in tags_of(changes, Effect.GOES_BACK)
    changes = diff(BASE, family(OLD, latest="3.12"))
    assert "latest" in tags_of(changes, Effect.GOES_BACK)
    assert instead(changes, Effect.GOES_BACK)["slim"] == "3.13-slim"


def test_goes_back_on_windows_alone() -> None:
    """A shared tag goes back if it does on one of its platforms."""
    old = manifest(
        entry("1.2-a", "1", "amd64", "a"), entry("1.2-b", "1", "windows-amd64", "b", "b")
    )
    new = manifest(
        entry("1.2-a", "1", "amd64", "a"), entry("1.1-b", "1", "windows-amd64", "b", "b")
    )
    assert "1" in tags_of(diff(old, new), Effect.GOES_BACK)


def test_prerelease() -> None:
    """A tag that moves from a final release to a pre-release is breaking."""
    changes = diff(BASE, family(OLD, latest="3.14-rc"))
    assert {"latest", "3", "slim"} <= tags_of(changes, Effect.PRERELEASE)


def test_cycle_ends() -> None:
    """A retired cycle ends its tags; the alternative is the next cycle."""
    new = family({"3.14-rc": "3.14.0rc3", "3.13": "3.13.7"}, latest="3.13")
    changes = diff(BASE, new)
    assert changes.severity is Severity.NOTABLE
    assert tags_of(changes, Effect.CYCLE_ENDS) == names("3.12", "3.12.11")
    assert instead(changes, Effect.CYCLE_ENDS)["3.12-slim"] == "3.13-slim"


def names(*aliases: str) -> set[str]:
    """Return the tags of a cycle in a family."""
    spellings = ("trixie", "", "slim-trixie", "slim", "bookworm", "slim-bookworm")
    return {
        f"{alias}-{spelling}".rstrip("-")
        for alias in aliases
        for spelling in (*spellings, "alpine3.22", "alpine")
    }


def test_latest_must_not_end_with_its_cycle() -> None:
    """`latest`, `3` and `slim` name no cycle: they vanish if another cycle could own them."""
    new = family({"3.12": "3.12.11"}, latest="")
    vanished = tags_of(diff(family({"3.13": "3.13.7", **OLD}, latest="3.13"), new), Effect.VANISHES)
    assert {"latest", "3", "slim", "3-slim", "trixie"} <= vanished
    assert not any(tag.startswith("3.13") for tag in vanished)


def test_latest_ends_where_only_pre_releases_are_left() -> None:
    """Tags that name no cycle end with the last final cycle: a pre-release cannot own them."""
    early = {"3.14-rc": "3.14.0rc3"}
    old = family({**early, "3.13": "3.13.7"}, latest="3.13")
    new = family(early, latest="")
    changes = diff(old, new)
    assert tags_of(changes, Effect.VANISHES) == set()
    assert {"latest", "3", "slim", "trixie", "3.13"} <= tags_of(changes, Effect.CYCLE_ENDS)


def test_suite_ends() -> None:
    """A retired suite ends the tags that name it, but not the short ones."""
    old = family(OLD, latest="3.13", default="bookworm")
    moved = family(OLD, latest="3.13", suites=("trixie",))
    changes = diff(old, moved)
    assert changes.severity is Severity.NOTABLE
    assert {"bookworm", "3.12-slim-bookworm"} <= tags_of(changes, Effect.SUITE_ENDS)
    assert {"latest", "slim", "3.12"} <= tags_of(changes, Effect.SUITE)
    assert instead(changes, Effect.SUITE_ENDS)["3.12-slim-bookworm"] == "3.12-slim-trixie"
    forgotten = family(OLD, latest="3.13", suites=("trixie",), default="")
    changes = diff(old, forgotten)
    assert {"slim", "latest", "3.12", "3.12-slim"} <= tags_of(changes, Effect.VANISHES)
    assert {"bookworm", "3.12-slim-bookworm"} <= tags_of(changes, Effect.SUITE_ENDS)


def test_suite_ends_in_one_cycle() -> None:
    """A suite that only one cycle loses is breaking, unless the cycle ends too."""
    new = manifest(
        *(
            one
            for one in BASE.entries
            if one.directory not in {"3.12/bookworm", "3.12/slim-bookworm"}
        )
    )
    changes = diff(BASE, new)
    assert tags_of(changes, Effect.VANISHES) == {
        f"{alias}-{spelling}"
        for alias in ("3.12", "3.12.11")
        for spelling in ("bookworm", "slim-bookworm")
    }


def test_new_cycle_and_suite() -> None:
    """New tags are notable."""
    changes = diff(BASE, family({"3.15-rc": "3.15.0a1", **OLD}, latest="3.13"))
    assert kinds_of(changes) == {"new_cycle": names("3.15-rc", "3.15.0a1")}
    suites = ("forky", "trixie", "bookworm")
    changes = diff(BASE, family(OLD, latest="3.13", suites=suites))
    assert {group.reason.new for group in changes.groups} == {"forky"}
    assert changes.severity is Severity.NOTABLE


def test_a_cycle_gets_the_variant_of_another_one() -> None:
    """A variant that is new for one cycle only is reported with the cycle."""
    old = ["2.1-trixie 2.1", "2.1-slim-trixie", "2.0-trixie 2.0"]
    changes = changes_of(old, [*old, "2.0-slim-trixie"])
    assert "slim-trixie is new for 2.0: 2.0-slim-trixie" in text(changes)


def test_a_listed_cycle_without_images() -> None:
    """A cycle that versions.yaml still lists is not retired if none of its images is built."""
    old, new = infer(manifest(entry("2.1-trixie 2.1"), entry("2.0-trixie 2.0", directory="b")),
                     manifest(entry("2.1-trixie 2.1")))  # fmt: skip
    changes = compare(old, replace(new, also_listed=ListedNames(cycles=frozenset({"2.0"}))))
    assert tags_of(changes, Effect.VANISHES) == {"2.0", "2.0-trixie"}
    assert "2.0 is still listed, but none of its images is built" in text(changes)


def test_rebuilt() -> None:
    """New commits alone are a rebuild."""
    changes = diff(BASE, family(OLD, latest="3.13", commit="beef"))
    assert {group.reason.kind for group in changes.groups} == {Effect.REBUILT}
    assert changes.severity is Severity.EXPECTED


def test_order_only() -> None:
    """Another order of the same entries is its own kind of change."""
    turned = manifest(*reversed(BASE.entries))
    (group,) = diff(BASE, turned).groups
    assert (group.reason.kind, group.tags) == (Effect.ORDER, ())


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (
            ["bookworm bookworm-20260101 12.14 12", "trixie trixie-20260101 13.2 13 latest"],
            ["bookworm bookworm-20260202 12.15 12", "trixie trixie-20260202 13.3 13 latest"],
            {"update"},
        ),
        (["8.19.20", "9.4.5"], ["8.19.21", "9.4.5"], {"update"}),
        (["26.7.0 26.7 26 latest", "24.1.0 24.1 24"], ["26.8.0 26.8 26 latest", "24.1.0 24.1 24"],
         {"update"}),
        (["44 latest", "45 rawhide"], ["45 latest", "46 rawhide"],
         {"cycle_ends", "cycle", "new_cycle"}),
        (["19beta3", "18.6 18 latest"], ["19.0 19 latest", "18.6 18"],
         {"cycle", "becomes_final", "new_tag"}),
        (["stable-scm bookworm-scm", "trixie-scm testing-scm"],
         ["stable-scm trixie-scm", "forky-scm testing-scm"],
         {"suite", "suite_ends", "new_suite"}),
    ],
    ids=["debian", "elasticsearch", "node", "fedora", "postgres", "buildpack-deps"],
)  # fmt: skip
def test_other_families(old: list[str], new: list[str], kinds: set[str]) -> None:
    """Images with other names of tags are compared correctly."""
    before, after = (
        manifest(*(entry(tags, commit=f"{number}") for number, tags in enumerate(side)))
        for side in (old, new)
    )
    assert set(kinds_of(diff(before, after))) - {"rebuilt"} == kinds


def offers(old: list[str], new: list[str], kind: Effect) -> dict[str, str]:
    """Return the alternatives of a kind of change, between manifests of Linux images."""
    sides = [manifest(*(entry(tags) for tags in side)) for side in (old, new)]
    changes = diff(*sides)
    assert changes.severity is Severity.BREAKING
    return instead(changes, kind)


def test_no_alternative_if_all_go_back() -> None:
    """A tag that goes back too is not an alternative."""
    changes = diff(BASE, family({**OLD, "3.13": "3.13.6"}, latest="3.13"))
    assert set(instead(changes, Effect.GOES_BACK).values()) == {""}
    reported = offers(["3.14.6 3.14 3 latest"], ["3.14.5 3.14 3 latest"], Effect.GOES_BACK)
    assert reported == {"3.14": "", "3": "", "latest": ""}


def test_no_alternative_among_prereleases() -> None:
    """A tag that becomes a pre-release too is not an alternative; an older cycle is."""
    reported = offers(["2.0.0 2 latest"], ["2.1.0-rc1 2 latest"], Effect.PRERELEASE)
    assert reported == {"2": "", "latest": ""}
    changes = diff(BASE, family(OLD, latest="3.14-rc"))
    assert instead(changes, Effect.PRERELEASE)["slim"] == "3.13-slim"


def test_alternative_has_the_platform_that_goes_back() -> None:
    """An alternative must have the platforms that go back."""
    linux = entry("1.2.0-a 1.2-a", "1 1.2", "amd64", "a")
    old, new = (
        manifest(linux, entry(f"1.{minor}.0-b 1.{minor}-b", "1", "windows-amd64", "b", "b"))
        for minor in (2, 1)
    )
    assert instead(diff(old, new), Effect.GOES_BACK) == {"1": ""}


def test_nothing_to_go_on_with_on_windows() -> None:
    """A tag that is left on Windows too is not an alternative."""
    old, new = (
        manifest(entry("1.0.1 1.0 1", "", architectures))
        for architectures in ("amd64 windows-amd64", "windows-amd64")
    )
    reported = instead(diff(old, new), Effect.WINDOWS_ONLY)
    assert reported == {"1.0.1": "", "1.0": "", "1": ""}


def test_two_versions() -> None:
    """A shared tag with another version on Windows is reported only when that is new."""
    both = "1.0 latest"
    late = entry("1.0.1-nanoserver-1809", f"1.0.1 {both}", "windows-amd64", commit="a")
    old, new, newer = (
        manifest(entry(f"1.0.{patch}-trixie", f"1.0.{patch} {both}", "amd64"), late)
        for patch in (1, 2, 3)
    )
    (group,) = [one for one in diff(old, new).groups if one.reason.kind is Effect.TWO_VERSIONS]
    assert (group.severity, group.tags) == (Severity.NOTABLE, ("latest", "1.0"))
    assert (
        headline(group) == "latest and 1.0 have version 1.0.2, but version 1.0.1 on windows-amd64"
    )
    assert "two_versions" not in kinds_of(diff(new, newer))


def test_architectures_of_another_version() -> None:
    """The architectures that have another version are in one order, whatever the manifest's."""
    others = ("arm64v8", "ppc64le", "amd64", "s390x", "i386", "riscv64")
    main = entry("1.0.2-trixie", "latest", "arm32v7")
    late = [entry(f"1.0.1-{name}", "latest", name, commit="a") for name in others]
    (group,) = [
        one
        for one in diff(
            manifest(entry("1.0.1-trixie", "latest", "arm32v7")), manifest(main, *late)
        ).groups
        if one.reason.kind is Effect.TWO_VERSIONS
    ]
    assert group.reason.architectures == tuple(sorted(others))


def test_messages_of_small_changes() -> None:
    """Messages for a new date, for a single tag, and for a cycle without a name."""
    old, new = (manifest(entry(f"22.04 jammy-{day} jammy")) for day in ("20260101", "20260202"))
    assert text(diff(old, new)).splitlines()[1] == (
        "  a new date: jammy-20260101 and jammy-20260202 (1 is new, 1 ends)"
    )
    only = manifest(entry("latest"))
    assert text(diff(only, manifest())).splitlines()[1] == (
        "  the only release cycle is retired: latest ends"
    )
