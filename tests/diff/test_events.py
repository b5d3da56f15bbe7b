"""Five real pairs of manifests: the messages for users of these images."""

from __future__ import annotations

from tagmatrix.diff import Effect, Severity
from tagmatrix.diff.markdown import markdown
from tagmatrix.diff.text import text

from .samples import event, tags_of


def test_temurin_lost_architectures() -> None:
    """Binaries were late: `latest`, `21`, `17`, `11` lost architectures, which is breaking."""
    changes = event("floating-tag-lost-an-architecture")
    assert changes.severity is Severity.BREAKING
    lost = {
        change.tag: set(change.reason.architectures)
        for change in changes.changes
        if change.reason.kind is Effect.LOSES
    }
    assert lost["latest"] == lost["21"] == lost["21-jdk-jammy"] == {"arm64v8", "ppc64le"}
    assert lost["11"] == {"arm32v7", "arm64v8", "ppc64le", "s390x"}
    assert lost["17-centos7"] == {"ppc64le"}
    assert len(lost) == 40
    assert tags_of(changes, Effect.WINDOWS_ONLY) == {"21.0.1_12-jdk", "21.0.1_12-jre"}
    assert tags_of(changes, Effect.VANISHES) == set()
    shown = text(changes)
    assert (
        "  latest, 21, 21-jdk, 21-jre, 21-jammy, 21-jdk-jammy and 4 more are no longer built for "
        "arm64v8 and ppc64le\n    21.0.2_13 is not built for these architectures, "
        "but 21.0.1_12 was\n"
    ) in shown


def test_python_alpine_lost_s390x() -> None:
    """3.14 became final, and `alpine` moved to it, where s390x was already excluded."""
    changes = event("alias-moved-to-a-cycle-with-fewer-architectures")
    (breaking,) = changes.of(Severity.BREAKING)
    assert breaking.reason.architectures == ("s390x",)
    assert set(breaking.tags) == {
        f"{alias}{spelling}"
        for alias in ("", "3-")
        for spelling in ("alpine", "alpine3.22", "alpine3.21")
    }
    assert {change.tag: change.alternative for change in breaking.changes}[
        "alpine"
    ] == "3.13-alpine"
    moved = tags_of(changes, Effect.CYCLE)
    assert {"3", "latest", "slim", "alpine", "3-windowsservercore"} <= moved
    final = [change for change in changes.changes if change.reason.kind is Effect.BECOMES_FINAL]
    assert all(change.severity is Severity.NOTABLE for change in final)
    ended = {change.tag: change.alternative for change in final if change.new is None}
    assert ended["3.14-rc-slim"] == "3.14-slim"
    assert len(ended) == 24
    assert all(tag.startswith(("3.14-rc", "3.14.0rc3")) for tag in ended)
    assert (
        "    they move from 3.13 to 3.14, whose alpine image is not built for this architecture\n"
        "    to avoid this change, use: 3.13-alpine instead of alpine"
    ) in text(changes)
    assert "latest, 3, slim, trixie, alpine, bookworm and 18 more move from 3.13 to 3.14" in text(
        changes
    )


def test_python_default_suite_moved() -> None:
    """The default suite became trixie: notable, with a sentence for `python:slim`."""
    changes = event("default-suite-moved")
    moved = tags_of(changes, Effect.SUITE)
    assert {"slim", "latest", "3", "3.13", "3.13-slim", "3.9"} <= moved
    assert tags_of(changes, Effect.SUITE_ENDS) >= {"bullseye", "3.13-slim-bullseye"}
    # 3.9 was still built for mips64le, which trixie does not have
    (breaking,) = changes.of(Severity.BREAKING)
    assert set(breaking.tags) == {"3.9", "3.9-slim", "3.9.23", "3.9.23-slim"}
    assert breaking.reason.architectures == ("mips64le",)
    assert (
        "  - `python:slim` was 3.13.6 on slim-bookworm and is now 3.13.6 on slim-trixie; "
        "to avoid this change, use `python:3.13-slim-bookworm`.\n"
    ) in markdown(changes, "python")


def test_version_tags_became_windows_only() -> None:
    """Windows images were late: the old full versions are left on Windows only."""
    changes = event("version-tags-became-windows-only")
    assert tags_of(changes, Effect.WINDOWS_ONLY) == {"3.11.0a3", "3.10.1", "3.9.9"}
    assert {group.reason.kind for group in changes.of(Severity.BREAKING)} == {Effect.WINDOWS_ONLY}
    assert "3.6" in tags_of(changes, Effect.CYCLE_ENDS)
    assert (
        "  3.10.1 is now available on Windows only\n"
        "    the images for other systems moved from 3.10.1 to 3.10.2, "
        "but the Windows images did not\n"
        "    for further updates, use: 3.10 instead of 3.10.1\n"
    ) in text(changes)


def test_plain_update() -> None:
    """A new pre-release is expected, and reported in one line."""
    changes = event("plain-update")
    assert changes.severity is Severity.EXPECTED
    assert text(changes) == (
        "expected:\n  3.15.0b2 follows 3.15.0b1: 3.15-rc, 3.15-rc-slim, 3.15-rc-trixie, "
        "3.15-rc-alpine, 3.15-rc-bookworm, 3.15-rc-alpine3.23 and 30 more "
        "(12 move, 12 are new, 12 end)"
    )
