"""A run of the job, and its checks: exit code, branch, commits and result."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.year import branch
from tests.year.broken import hold
from tests.year.due import due
from tests.year.faults import Effect, Kind

if TYPE_CHECKING:
    import datetime as dt

    from tests.year.due import Block, Due, State
    from tests.year.places import Places
    from tests.year.runner import Result
    from tests.year.server import Trouble
    from tests.year.world import World

SLOW: Final = ("sent nothing for", "no complete answer within", "no connection")
_HANGS: Final = ("time-out", "drip", "dripping headers")


@dataclass
class Run:
    """A run of the job.

    Attributes:
        world, places: upstream, and the repository.
        state: versions.yaml on the main branch.
        now: the time of the run.
        done: its result; `body` is its text for the pull request.
        before, after: the tip of its branch; empty if the branch does not exist.
        troubles: the faults of its requests.
        left: whether a maintainer has a commit on its branch.
        merged: the tip of its branch that was merged last.
        begun: each cycle on the main branch, with the updates that its branch already had.
        owed: the update that is due for each cycle, from that state.
        new_commits: the number of its new commits.
        slow: whether the machine was too busy to answer in time.
    """

    world: World
    places: Places
    state: State
    now: dt.datetime
    done: Result
    body: str
    before: str
    after: str
    troubles: tuple[Trouble, ...]
    left: bool
    merged: str
    begun: dict[str, Block] = field(default_factory=dict)
    owed: dict[str, Due] = field(default_factory=dict)
    new_commits: int = 0
    slow: bool = False

    def __post_init__(self) -> None:
        self.begun = self.state.blocks | self._carried()
        self.owed = {
            cycle: due(self.world, block, self.now, self.state.accepted)
            for cycle, block in self.begun.items()
        }
        cycles = {cycle.removesuffix("-rc") for cycle in self.state.blocks}
        # the job requests nothing about a cycle that is retired, or not there yet
        self.troubles = tuple(
            each for each in self.troubles if not each.about or each.about & cycles
        )
        hung = any(each.name in _HANGS for each in self.troubles)
        words = self.done.out + self.done.err
        self.slow = not hung and self.done.code != 0 and any(word in words for word in SLOW)

    def _carried(self) -> dict[str, Block]:
        """Return the branch's own commits that are the job's, not a maintainer's."""
        if self.left or not self.is_open(self.before):
            return {}
        fork = self.places.remote.git("merge-base", "main", self.before)
        began, there = (self.places.state(each).blocks for each in (fork, self.before))
        carried = {}
        for cycle, main in self.state.blocks.items():
            if cycle in there and there[cycle] != main:
                ours, theirs = Version(main.version), Version(there[cycle].version)
                if theirs > ours or (theirs == ours and began.get(cycle) == main):
                    carried[cycle] = there[cycle]
        return carried

    def is_open(self, tip: str) -> bool:
        """Return whether a tip of the branch has commits that are not merged."""
        return bool(tip and tip != self.merged and branch.commits(self.places.remote, tip))

    @property
    def refused(self) -> bool:
        """Return whether the guard refused."""
        return self.done.code == 5

    @property
    def stopped(self) -> bool:
        """Return whether the job stopped before it could commit anything."""
        return self.done.code == 2

    def effects(self, cycle: str) -> set[Effect]:
        """Return the effects of faults on requests about a cycle."""
        numbers = cycle.removesuffix("-rc")
        found = {each.effect for each in self.troubles if not each.about or numbers in each.about}
        return found - {Effect.NONE}

    def is_blind(self, cycle: str) -> bool:
        """Return whether the job could not get all facts about a cycle."""
        return self.slow or bool(self.effects(cycle))

    def refusals(self) -> list[str]:
        """Return the kinds of refusals that are due."""
        kinds = ("replaced", "withdrawn", "gone", "contradicts itself")
        due_for = [owed.refusal for cycle, owed in self.owed.items() if not self.is_blind(cycle)]
        found = [kind for kind in kinds for refusal in due_for if kind in refusal]
        return found or ["misled by an old list or a 404"]

    def check(self) -> None:
        """Check exit code, branch, commits and messages."""
        codes = self._codes()
        hold(self.done.code in codes, f"exit {self.done.code}, not in {codes}")
        reported = json.loads(self.done.out)
        hold(
            reported["exit"] == self.done.code,
            f"exit {self.done.code}, and it says {reported['exit']}",
        )
        hold(reported["moved"] == (self.after != self.before), "what moved is not what it says")
        if self.stopped:
            hold(self.after == self.before, "it stopped, and the branch moved")
            return
        for note in reported["failed"]:
            for cycle in note["about"].split(", "):
                known = self.is_blind(cycle) or self.owed[cycle].failure
                hold(known, f"{cycle}: nothing failed, and it says: {note['text']}")
        if self.refused:
            self._check_words()
        self._check_commits()
        self._check_proposal()

    def _check_words(self) -> None:
        """Check that a refusal's messages name its subject and the checksums, in both places."""
        for cycle, owed in self.owed.items():
            if not owed.refusal or self.is_blind(cycle):
                continue
            # a contradiction is about the new version, all other refusals about the current one
            versions = [word for word in owed.refusal.split() if word[0].isdigit()]
            words = [cycle, *(versions or [owed.block.version])]
            if "replaced" in owed.refusal:
                artifact = owed.refusal.split()[0]
                claims = self.world.by_version[owed.block.version].claims(artifact, self.now)
                words += [owed.block.sha256[artifact], *claims]
            for text in (self.done.err, self.body):
                for word in words:
                    hold(word in text, f"{cycle}: {owed.refusal}, and {word} is not said: {text}")

    def _check_proposal(self) -> None:
        """Check the content of the branch, and that the pull request describes it."""
        state = self.places.state(self.after) if self.is_open(self.after) else self.state
        hold(
            set(state.blocks) == set(self.state.blocks),
            "the branch is based on another commit of the main branch",
        )
        for cycle, main in self.state.blocks.items():
            have = state.blocks[cycle]
            if not self.left:
                self._check_cycle(cycle, have)
            if have != main and self.after != self.before:
                sums = set(have.sha256.values()) - set(main.sha256.values())
                for word in (have.version, *sums):
                    hold(word in self.body, f"{cycle}: the pull request does not say {word}")

    def _codes(self) -> set[int]:
        """Return the correct exit codes."""
        if self.left:
            new = any(
                owed.block != self.state.blocks[cycle] and not self.is_blind(cycle)
                for cycle, owed in self.owed.items()
            )
            return {2} if new else {0, 2, 4, 5}
        seen = [cycle for cycle in self.owed if not self.is_blind(cycle)]
        if any(self.owed[cycle].refusal for cycle in seen):
            return {5}
        failed = [each for each in self.troubles if each.effect is Effect.FAILS]
        without = any(self.owed[cycle].failure for cycle in seen)
        codes = {4} if failed or without else {0}
        if self.slow or (failed and all(each.kind is Kind.PHASES for each in failed)):
            codes |= {4} if without else {0, 4}  # not every cycle needs to know its phase
        if any(owed.failure for owed in self.owed.values()):
            codes.add(4)
        if any(owed.refusal for owed in self.owed.values()):
            codes.add(5)
        if any(each.effect is Effect.MISLEADS for each in self.troubles):
            codes |= {0, 4, 5}
        return codes

    def _check_commits(self) -> None:
        remote = self.places.remote
        if not self.after or self.after == self.before:
            return
        for commit in branch.commits(remote, self.after):
            branch.check_commit(remote, commit)
            self.new_commits += 1

    def _check_cycle(self, cycle: str, have: Block) -> None:
        """Check a cycle on the branch."""
        owed, main = self.owed[cycle], self.state.blocks[cycle]
        if not self.is_blind(cycle):
            hold(have == owed.block, f"{cycle}: {have}, and not {owed.block} {owed.refusal}")
            return
        if Effect.MISLEADS not in self.effects(cycle):
            kept = have in (self.begun[cycle], owed.block)
            hold(kept, f"{cycle}: could not be learned, and is {have}")
        true = all(
            self.world.genuine(have.version, artifact, sha256, self.now)
            for artifact, sha256 in have.sha256.items()
        )
        hold(true, f"{cycle}: {have} is not what upstream has")
        hold(Version(have.version) >= Version(main.version), f"{cycle} goes back: {have}")
