"""The updates that the simulated year computes as due, in situations written by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.web.site import digest
from tests.year.due import Block, due, read
from tests.year.releases import DAY, HOUR, NEVER, File, Release, moment
from tests.year.world import World

OUT = moment(dt.date(2025, 7, 1), 10)
"""The time of the new version's release."""


def file(version: str, artifact: str, late: dt.timedelta = 0 * DAY) -> File:
    """Return a file that is complete, some time after `OUT`."""
    name, when = f"{artifact} {version}", OUT + late
    return File(name=name, uploaded=when, listed=when, summed=when, beside=("sigstore",))


def world(late: dt.timedelta = 0 * DAY, policy: str = "wait") -> World:
    """Return a world with 3.13.4 and, at `OUT`, 3.13.5, whose installer is late."""
    made = World(1)
    made.late = policy
    old = Release(
        version="3.13.4",
        published=OUT - 30 * DAY,
        files={name: file("3.13.4", name, -30 * DAY) for name in ("source", "windows")},
    )
    files = {"source": file("3.13.5", "source"), "windows": file("3.13.5", "windows", late)}
    made.releases = (old, Release(version="3.13.5", published=OUT, files=files))
    return made


def block(version: str, *artifacts: str, held_back: tuple[str, ...] = ()) -> Block:
    """Return 3.13 at a version, with the checksums of some artifacts."""
    sums = frozenset((name, digest(f"{name} {version}")) for name in artifacts)
    return Block("3.13", version, sums, held_back=frozenset(held_back))


OLD = block("3.13.4", "source", "windows")
NEW = block("3.13.5", "source", "windows")
HELD = block("3.13.5", "source", held_back=("windows",))


@pytest.mark.parametrize(
    ("late", "policy", "after", "wanted"),
    [
        (0, "wait", -1, OLD),
        (0, "wait", 1, NEW),
        (30, "wait", 1, OLD),
        (30, "wait", 31, NEW),
        (30, "leave_out", 1, HELD),
        (90, "wait", 61, OLD),
        (90, "wait", 62, HELD),  # the third day after its release
    ],
)
def test_moves(late: float, policy: str, after: float, wanted: Block) -> None:
    """A version is due when it is complete or may go without its installer; hours count."""
    assert due(world(late * HOUR, policy), OLD, OUT + after * HOUR, ()).block == wanted


def test_an_installer_comes_late() -> None:
    """A held-back file is due once it exists, and never in the security phase."""
    made = world(90 * HOUR)
    assert due(made, HELD, OUT + 89 * HOUR, ()).block == HELD
    assert due(made, HELD, OUT + 90 * HOUR, ()).block == NEW
    made.phase = lambda cycle, now: "security"  # type: ignore[method-assign]  # noqa: ARG005
    ended = replace(HELD, source_only=True, held_back=frozenset())
    assert due(made, HELD, OUT + 89 * HOUR, ()).block == ended
    assert due(made, OLD, OUT + 1 * HOUR, ()).block == ended


def test_replaced() -> None:
    """Another file at the same version is refused until it is accepted; so is a contradiction."""
    made = world()
    files = made.releases[1].files
    files["windows"] = replace(files["windows"], replaced=OUT + 10 * HOUR, lag=5 * HOUR)
    new = digest("windows 3.13.5, again")
    assert due(made, NEW, OUT + 9 * HOUR, ()).refusal == ""
    assert "contradicts itself" in due(made, NEW, OUT + 11 * HOUR, ()).refusal
    assert due(made, NEW, OUT + 11 * HOUR, (new,)).block.sha256["windows"] == new
    found = due(made, NEW, OUT + 16 * HOUR, ())
    assert (found.block, found.refusal) == (NEW, "windows of 3.13.5 is replaced")
    taken = due(made, NEW, OUT + 16 * HOUR, (new,))
    assert taken.refusal == ""
    assert taken.block.sha256["windows"] == new
    assert due(made, OLD, OUT + 16 * HOUR, ()).block.sha256["windows"] == new


def test_without_a_checksum() -> None:
    """A file without any SHA-256 is a failure, not a late file."""
    made = world()
    files = made.releases[1].files
    files["windows"] = replace(files["windows"], beside=(), summed=OUT + 10 * HOUR)
    early = due(made, OLD, OUT + 9 * HOUR, ())
    assert (early.block, early.failure) == (
        OLD,
        "windows of 3.13.5 is published without a SHA-256",
    )
    assert due(made, OLD, OUT + 10 * HOUR, ()).block == NEW


def test_withdrawn() -> None:
    """A withdrawn version is refused if the repository has it, and otherwise not due."""
    made = world()
    gone = replace(made.releases[1], withdrawn=OUT + 5 * HOUR, back=NEVER)
    made.releases = (made.releases[0], gone)
    assert due(made, NEW, OUT + 6 * HOUR, ()).refusal == "3.13.5 is withdrawn"
    assert due(made, OLD, OUT + 6 * HOUR, ()) == due(made, OLD, OUT - 1 * HOUR, ())


def test_a_cycle_does_not_become_final_by_itself() -> None:
    """3.13-rc stays with pre-releases, and a final cycle never gets one."""
    made = world()
    early = replace(made.releases[0], version="3.13.0rc1")
    made.releases = (early, made.releases[1])
    before = replace(OLD, cycle="3.13-rc", version="3.13.0rc1")
    assert due(made, before, OUT + 1 * HOUR, ()).block == before
    final = replace(OLD, version="3.13.0")
    made.releases = (replace(early, version="3.13.0"), replace(early, version="3.13.1rc1"))
    assert due(made, final, OUT + 1 * HOUR, ()).block == final


def test_read() -> None:
    """A versions.yaml is read with PyYAML only."""
    state = read(
        f"""
        accept: [{{sha256: {"a" * 64}, why: Said.}}, {{tag: alpine, vanishes: true, why: Meant.}}]
        releases:
          "3.13": {{version: "3.13.5", sha256: {{source: x}}, held_back: {{windows: late}}}}
          "3.12": {{version: "3.12.1", sha256: {{source: y}}, artifacts: [source]}}
        """
    )
    assert state.accepted == {"a" * 64}
    assert state.blocks == {
        "3.13": replace(
            block("3.13.5"), sums=frozenset({("source", "x")}), held_back=HELD.held_back
        ),
        "3.12": Block("3.12", "3.12.1", frozenset({("source", "y")}), source_only=True),
    }
