"""A day after the other: the job runs, people answer, and all that has to hold is checked."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.year import branch, manifest, places, server
from tests.year.broken import BrokenError, hold
from tests.year.due import due
from tests.year.faults import CLEAR, Effect, Kind, Weather
from tests.year.people import People
from tests.year.places import BRANCH, JOB, QUICK
from tests.year.world import World, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.year.due import Block, Due, State
    from tests.year.places import Places
    from tests.year.runner import Result
    from tests.year.server import Service, Trouble

NOON: Final = 12
EVENING: Final = 18
IN_TIME: Final = 2
"""So many days after it could be a version is in, at the latest."""
_SLOW: Final = ("silent for", "no whole answer in", "no connection")
_HANGS: Final = ("time-out", "drip", "dripping headers")


@dataclass
class Figures:
    """What is counted in a year."""

    days: int = 0
    seconds: float = 0
    requests: int = 0
    commits: int = 0
    releases: int = 0
    longest: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    """Time-outs that nobody ordered: the machine was busy."""

    def add(self, other: Figures) -> None:
        """Add those of another year."""
        for name in self.__dataclass_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif name != "longest":
                setattr(self, name, mine + theirs)
        self.longest = max(self.longest, other.longest)


@dataclass
class Wait:
    """What could be in and is not: since when, and how many days are excused."""

    since: dt.date
    excused: int = 0


class Year:
    """A simulated stretch of days."""

    def __init__(self, seed: int, service: Service, where: Places) -> None:
        """Take the seed, what serves the world, and the repository."""
        self.seed, self.service, self.places = seed, service, where
        self.world = service.world
        dice = Random(f"people {seed}")  # noqa: S311 (a test's dice)
        self.people = People(where, self.world, dice)
        self.figures = Figures(people=self.people.done)
        self.waiting: dict[Block, Wait] = {}
        self.main = where.tip("main")
        self.state = where.state("main")

    def day(self, day: dt.date) -> None:
        """Live through a day."""
        self._at(moment(day, NOON - 1))
        self.people.morning()
        self._look_at_main()
        said, refused = self._job(moment(day, NOON))
        self._at(moment(day, EVENING))
        self.people.evening(said, refused=refused)
        self._look_at_main()
        self._in_time(day)
        self.figures.days += 1

    def _at(self, now: dt.datetime, weather: Weather = CLEAR) -> None:
        self.service.begin(now, weather)
        self.places.now = now

    def _job(self, now: dt.datetime) -> tuple[str, bool]:
        """Let the job run; return its words, and whether it was refused."""
        here = self.places
        self._at(now, Weather(f"{self.seed} {now}"))
        here.clean(here.job)
        before = here.tip(BRANCH)
        body = here.tagmatrix.folder / "body.md"
        body.unlink(missing_ok=True)
        options = ("--branch", BRANCH, "--push", "origin", "--as-of", now.date().isoformat())
        people = ("--author", JOB, "--committer", JOB, "--pull-request-body", str(body))
        done = here.run(here.job, "regenerate", *options, *people, *QUICK)
        run = Run(self, now, done, before, here.tip(BRANCH), tuple(self.service.troubles.values()))
        run.check()
        self._count(run)
        text = body.read_text() if body.exists() else ""
        return f"{done.out}\n{done.err}\n{text}", run.refused

    def _count(self, run: Run) -> None:
        self.figures.requests += self.service.requests()
        self.figures.exits[run.done.code] += 1
        self.figures.faults.update(each.name for each in run.troubles)
        self.figures.slow += run.slow
        self.figures.commits += run.new_commits
        if run.refused:
            self.figures.refusals.update(run.refusals())
        for cycle, owed in run.owed.items():
            if owed.block != self.state.blocks[cycle]:
                wait = self.waiting.setdefault(owed.block, Wait(run.now.date()))
                lies = self.people.lay > 1
                wait.excused += run.is_blind(cycle) or run.stopped or lies

    def _in_time(self, day: dt.date) -> None:
        """Look which of what could be in is in, and how long it took."""
        current = set(self.state.blocks.values())
        for block, wait in [*self.waiting.items()]:
            own = next((b for b in current if _numbers(b) == _numbers(block)), None)
            late = (day - wait.since).days - wait.excused
            over = own is None or Version(own.version) > Version(block.version)
            if block in current or over:
                del self.waiting[block]
                self.figures.longest = max(self.figures.longest, late)
                self.figures.releases += block in current
            elif late > IN_TIME and self._still(block):
                raise BrokenError(f"{block.version} could be in since {wait.since}: {block}")
            elif not self._still(block):
                del self.waiting[block]

    def _still(self, block: Block) -> bool:
        """Tell whether it is still what is due."""
        ours = next((b for b in self.state.blocks.values() if _numbers(b) == _numbers(block)), None)
        if ours is None:
            return False
        return due(self.world, ours, self.places.now, self.state.accepted).block == block

    def _look_at_main(self) -> None:
        """Check each new step of the main branch, and what it is now."""
        tip = self.places.tip("main")
        if tip == self.main:
            return
        here, remote = self.places, self.places.remote
        steps = remote.git("rev-list", "--reverse", "--first-parent", f"{self.main}..{tip}")
        for step in steps.splitlines():
            manifest.check_commits(remote, step)
            before, after = here.state(f"{step}^"), here.state(step)
            self._never_backwards(before, after)
            for block in after.blocks.values():
                branch.check_files(remote, step, block)
        new = remote.git("log", "--format=%H %P", f"{self.main}..{tip}").splitlines()
        for line in new:
            commit, *parents = line.split()
            changed = remote.git("diff", "--name-only", parents[0], commit)
            hold(changed, f"{commit} on the main branch is empty")
        self.main, self.state = tip, here.state(tip)
        here.clean(here.people)
        manifest.check(here.people, self.state)

    def _never_backwards(self, before: State, after: State) -> None:
        now = self.places.now
        for cycle, new in after.blocks.items():
            old = before.blocks.get(cycle)
            if old is not None:
                higher = Version(new.version) >= Version(old.version)
                hold(higher, f"{cycle} goes from {old.version} to {new.version}")
                if old.version == new.version:
                    lost = set(old.sha256) - set(new.sha256)
                    hold(not lost, f"{cycle} loses {lost} at {new.version}")
            for artifact, sha256 in new.sha256.items():
                true = self.world.genuine(new.version, artifact, sha256, now)
                hold(true, f"{artifact} of {new.version} never was {sha256}")


def _numbers(block: Block) -> str:
    return block.cycle.removesuffix("-rc")


@dataclass
class Run:
    """A run of the job, and what is to be held of it."""

    year: Year
    now: dt.datetime
    done: Result
    before: str
    after: str
    troubles: tuple[Trouble, ...]
    owed: dict[str, Due] = field(default_factory=dict)
    new_commits: int = 0
    slow: bool = False

    def __post_init__(self) -> None:
        state = self.year.state
        self.owed = {
            cycle: due(self.year.world, block, self.now, state.accepted)
            for cycle, block in state.blocks.items()
        }
        hung = any(each.name in _HANGS for each in self.troubles)
        words = self.done.out + self.done.err
        self.slow = not hung and self.done.code != 0 and any(word in words for word in _SLOW)

    @property
    def refused(self) -> bool:
        """Tell whether a guard refused."""
        return self.done.code == 5

    @property
    def stopped(self) -> bool:
        """Tell whether the job stopped before it could commit anything."""
        return self.done.code in {2, 5}

    def effects(self, cycle: str) -> set[Effect]:
        """Return what happened to questions about a cycle."""
        numbers = cycle.removesuffix("-rc")
        found = {each.effect for each in self.troubles if not each.about or numbers in each.about}
        return found - {Effect.NONE}

    def is_blind(self, cycle: str) -> bool:
        """Tell whether the job could not learn all about a cycle."""
        return self.slow or bool(self.effects(cycle))

    def refusals(self) -> list[str]:
        """Return why a refusal is due, without names."""
        found = [owed.refusal.split(" of ")[0] for owed in self.owed.values() if owed.refusal]
        return [" ".join(w for w in text.split() if w[0].isalpha()) for text in found] or ["misled"]

    def check(self) -> None:
        """Check exit code, branch and commits."""
        hold(self.done.code in self._codes(), f"exit {self.done.code}, not in {self._codes()}")
        if self.stopped:
            hold(self.after == self.before, f"exit {self.done.code}, and the branch moved")
        self._check_commits()
        remote = self.year.places.remote
        state = self.year.places.state(self.after) if self.after else self.year.state
        if self.after and not branch.commits(remote, self.after):
            state = self.year.state  # all of it is merged
        if not self.stopped:
            for cycle in self.owed:
                self._check_cycle(cycle, state)

    def _codes(self) -> set[int]:
        """Return the exit codes that are right."""
        if self.year.people.left and self.before:
            return {2}
        seen = [cycle for cycle in self.owed if not self.is_blind(cycle)]
        if any(self.owed[cycle].refusal for cycle in seen):
            return {5}
        failed = [each for each in self.troubles if each.effect is Effect.FAILS]
        codes = {4} if failed else {0}
        if self.slow or all(each.kind is Kind.PHASES for each in failed):
            codes |= {0, 4} if failed or self.slow else set()  # not everybody has to know a phase
        if any(owed.refusal for owed in self.owed.values()):
            codes.add(5)
        if any(each.effect is Effect.MISLEADS for each in self.troubles):
            codes |= {0, 4, 5}
        return codes

    def _check_commits(self) -> None:
        remote = self.year.places.remote
        if not self.after or self.after == self.before:
            return
        for commit in branch.commits(remote, self.after):
            branch.check_commit(remote, commit)
            self.new_commits += 1

    def _check_cycle(self, cycle: str, state: State) -> None:
        """Check what the branch has of a cycle."""
        owed, have, main = self.owed[cycle], state.blocks[cycle], self.year.state.blocks[cycle]
        if not self.is_blind(cycle):
            hold(have == owed.block, f"{cycle}: {have}, and not {owed.block} {owed.refusal}")
            return
        true = all(
            self.year.world.genuine(have.version, artifact, sha256, self.now)
            for artifact, sha256 in have.sha256.items()
        )
        hold(true, f"{cycle}: {have} is not what upstream has")
        hold(Version(have.version) >= Version(main.version), f"{cycle} goes back: {have}")


def simulate(
    seed: int, folder: Path, first: dt.date, days: int
) -> Iterator[tuple[dt.date, Figures]]:
    """Live through days; yield each and the figures so far. Raises BrokenError."""
    begun = time.monotonic()
    os.environ["NO_PROXY"] = "127.0.0.1"
    with server.run(World(seed), folder) as service:
        now = moment(first)
        service.begin(now)
        with places.make(folder, service, first, now) as where:
            year = Year(seed, service, where)
            for number in range(days):
                day = first + dt.timedelta(number)
                try:
                    year.day(day)
                except (BrokenError, AssertionError, OSError, ValueError, KeyError) as error:
                    raise BrokenError(f"seed {seed}, {day}: {error}") from error
                year.figures.seconds = time.monotonic() - begun
                yield day, year.figures
