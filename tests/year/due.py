"""The updates that are due at a moment, by the documentation; see the package's docstring."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from packaging.version import Version

from tests import yamls
from tests.year.releases import DAY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tests.year.releases import Release
    from tests.year.world import World


@dataclass(frozen=True, slots=True)
class Block:
    """A release in versions.yaml."""

    cycle: str
    version: str
    sums: frozenset[tuple[str, str]]
    source_only: bool = False
    held_back: frozenset[str] = frozenset()

    @property
    def sha256(self) -> dict[str, str]:
        """Return the SHA-256 of each artifact."""
        return dict(self.sums)

    @property
    def needed(self) -> tuple[str, ...]:
        """Return the artifacts that the release's images need."""
        return ("source",) if self.source_only else ("source", "windows")


@dataclass(frozen=True, slots=True)
class State:
    """The content of versions.yaml: blocks by cycle, and the SHA-256 that it accepts."""

    blocks: dict[str, Block] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()


def read(text: str) -> State:
    """Read versions.yaml, with PyYAML alone."""
    value: dict[str, Any] = yamls.load(text)
    blocks = {
        cycle: Block(
            cycle,
            entry["version"],
            frozenset(entry["sha256"].items()),
            entry.get("artifacts") == ["source"],
            frozenset(entry.get("held_back", ())),
        )
        for cycle, entry in value["releases"].items()
    }
    accepted = (entry.get("sha256") for entry in value.get("accept", ()))
    return State(blocks, frozenset(sha256 for sha256 in accepted if sha256))


@dataclass(frozen=True, slots=True)
class Due:
    """The update that is due for a cycle.

    Attributes:
        block: the expected block of the cycle.
        refusal: why the run must be refused; empty if it must not.
        failure: why it must fail although upstream answers correctly; empty if it must not.
    """

    block: Block
    refusal: str = ""
    failure: str = ""


def due(world: World, block: Block, now: dt.datetime, accepted: Collection[str]) -> Due:
    """Return the update that is due for a cycle at a moment."""
    listed = world.of_cycle(block.cycle, now)
    newest = _candidate(listed, block)
    if newest is None or Version(newest.version) < Version(block.version):
        if all(each.version != block.version for each in listed):
            return Due(block, f"{block.version} is withdrawn")
        return Due(block)
    wanted = dict.fromkeys((*block.needed, *block.sha256))
    claims = {artifact: newest.claims(artifact, now) for artifact in wanted}
    for artifact, said in claims.items():
        if len(said) > 1 and len(said & {*accepted}) == 1:
            said &= {*accepted}
        if len(said) > 1:
            return Due(block, f"upstream contradicts itself about {artifact} of {newest.version}")
    for artifact, said in claims.items():
        if not said and newest.has(artifact, now):
            why = f"{artifact} of {newest.version} is published without a SHA-256"
            return Due(block, failure=why)
    known = {artifact: min(said) for artifact, said in claims.items() if said}
    if newest.version == block.version:
        return _same(world, block, known, now, accepted)
    return Due(_moved(world, block, newest, known, now))


def _candidate(listed: list[Release], block: Block) -> Release | None:
    """Return the newest version that a cycle may move to without a maintainer."""
    for release in listed:
        if block.cycle.endswith("-rc") and release.final:
            continue
        if Version(block.version).is_prerelease or release.final:
            return release
    return None


def _same(
    world: World,
    block: Block,
    known: dict[str, str],
    now: dt.datetime,
    accepted: Collection[str],
) -> Due:
    after = block
    for artifact in dict.fromkeys((*block.needed, *block.sha256)):
        ours, theirs = block.sha256.get(artifact), known.get(artifact)
        if ours and not theirs:
            return Due(block, f"{artifact} of {block.version} is gone")
        if ours and theirs and ours != theirs and theirs not in accepted:
            return Due(block, f"{artifact} of {block.version} is replaced")
        if theirs:
            held = after.held_back - {artifact}
            sums = {**after.sha256, artifact: theirs}.items()
            after = replace(after, sums=frozenset(sums), held_back=held)
        elif world.source_only(block.cycle, now):
            after = replace(after, source_only=True, held_back=after.held_back - {artifact})
    return Due(after)


def _moved(
    world: World, block: Block, newest: Release, known: dict[str, str], now: dt.datetime
) -> Block:
    """Return the block after a move to a newer version; unchanged while the move must wait."""
    missing = [artifact for artifact in block.needed if artifact not in known]
    sums = frozenset(known.items())
    whole = replace(block, version=newest.version, sums=sums, held_back=frozenset())
    if not missing:
        return whole
    if "source" in missing:
        return block
    if world.source_only(block.cycle, now):
        return replace(whole, source_only=True)
    patient = world.late == "wait"
    if patient and now.date() < newest.published.date() + world.wait_days * DAY:
        return block
    return replace(whole, held_back=frozenset(missing))
