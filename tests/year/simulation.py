"""Day by day: the job runs, maintainers react, and every rule is checked."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.year import branch, manifest, places, server
from tests.year.broken import BrokenError, hold
from tests.year.due import due
from tests.year.faults import CLEAR, Weather
from tests.year.figures import Figures
from tests.year.job import Run
from tests.year.people import People
from tests.year.places import BRANCH, JOB, QUICK
from tests.year.releases import moment
from tests.year.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.year.due import Block, State
    from tests.year.places import Places
    from tests.year.server import Service

NOON: Final = 12
EVENING: Final = 18
AGAIN: Final = 0.1
"""The probability that the job runs twice on a day."""
IN_TIME: Final = 2
"""A possible update must be on the main branch after at most this number of days."""


@dataclass
class Wait:
    """A possible update that is not merged yet: since when, and the number of excused days."""

    since: dt.date
    excused: int = 0


class Year:
    """A simulated period of days."""

    def __init__(self, seed: int, service: Service, where: Places) -> None:
        """Take the seed, the server of the world, and the repository."""
        self.seed, self.service, self.places = seed, service, where
        self.world = service.world
        self.dice = Random(f"year {seed}")  # noqa: S311 (a test's dice)
        self.people = People(where, self.world, self.dice)
        self.figures = Figures(people=self.people.done, upstream=self.world.events())
        self.waiting: dict[Block, Wait] = {}
        self.main = where.tip("main")
        self.state = where.state("main")

    def day(self, day: dt.date) -> None:
        """Simulate a day."""
        self._at(moment(day, NOON - 1))
        self.people.morning()
        self._look_at_main()
        run = self._job(moment(day, NOON))
        self._owe(run)
        self._at(moment(day, EVENING))
        said = f"{run.done.out}\n{run.done.err}\n{run.body}"
        self.people.evening(said, refused=run.refused)
        self._look_at_main()
        self._in_time(day)
        self.figures.days += 1

    def _at(self, now: dt.datetime, weather: Weather = CLEAR) -> None:
        self.service.begin(now, weather)
        self.places.now = now

    def _job(self, now: dt.datetime) -> Run:
        """Run the job once; sometimes again, a quarter of an hour later."""
        first = self._run(now)
        if self.dice.random() < AGAIN:
            again = self._run(now + dt.timedelta(minutes=15))
            if not (first.troubles or again.troubles or first.slow or again.slow):
                unchanged = again.owed != first.owed or again.after == first.after
                hold(unchanged, "nothing is new, and the branch moved")
                self.figures.again += 1
            return again
        return first

    def _run(self, now: dt.datetime) -> Run:
        here = self.places
        self._at(now, Weather(f"{self.seed} {now}"))
        before = here.tips()
        if here.job.head() != before["main"]:
            here.clean(here.job)
        body = here.tagmatrix.folder / "body.md"
        body.unlink(missing_ok=True)
        options = ("--branch", BRANCH, "--push", "origin", "--as-of", now.date().isoformat())
        people = ("--author", JOB, "--committer", JOB, "--pull-request-body", str(body))
        more = ("--format", "json", *QUICK)
        done = here.run(here.job, "regenerate", *options, *people, *more)
        after = here.tips()
        others = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        hold(others <= {BRANCH}, f"the job moved {others}")
        run = Run(
            self.world,
            here,
            self.state,
            now,
            done,
            body.read_text() if body.exists() else "",
            before.get(BRANCH, ""),
            after.get(BRANCH, ""),
            tuple(self.service.troubles.values()),
            self.people.left,
            self.people.merged,
        )
        run.check()
        self._count(run)
        return run

    def _count(self, run: Run) -> None:
        """Count the events, and record possible updates that are not merged."""
        self.figures.requests += self.service.requests()
        self.figures.exits[run.done.code] += 1
        self.figures.faults.update(each.name for each in run.troubles)
        self.figures.slow += run.slow
        self.figures.commits += run.new_commits
        if run.refused:
            self.figures.refusals.update(run.refusals())

    def _owe(self, run: Run) -> None:
        """Record possible updates that are not merged."""
        for cycle, owed in run.owed.items():
            if owed.block != self.state.blocks[cycle]:
                wait = self.waiting.setdefault(owed.block, Wait(run.now.date()))
                lies = self.people.lay > 1
                wait.excused += run.is_blind(cycle) or run.stopped or lies

    def _in_time(self, day: dt.date) -> None:
        """Find the updates that were merged, and how long it took."""
        current = set(self.state.blocks.values())
        for block, wait in [*self.waiting.items()]:
            own = next((b for b in current if _numbers(b) == _numbers(block)), None)
            late = (day - wait.since).days - wait.excused
            over = own is None or Version(own.version) > Version(block.version)
            if block in current or over:
                del self.waiting[block]
                self.figures.longest = max(self.figures.longest, late)
                self.figures.came += block in current
            elif late > IN_TIME and self._still(block):
                raise BrokenError(f"{block.version} could be in since {wait.since}: {block}")
            elif not self._still(block):
                del self.waiting[block]

    def _still(self, block: Block) -> bool:
        """Return whether an update is still due."""
        ours = next((b for b in self.state.blocks.values() if _numbers(b) == _numbers(block)), None)
        if ours is None:
            return False
        return due(self.world, ours, self.places.now, self.state.accepted).block == block

    def _look_at_main(self) -> None:
        """Check each new commit of the main branch, and its state."""
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


def simulate(
    seed: int, folder: Path, first: dt.date, days: int
) -> Iterator[tuple[dt.date, Figures]]:
    """Simulate days; yield each with the figures so far. Raises BrokenError."""
    begun = time.monotonic()
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


def live(seed: int, first: dt.date, days: int) -> tuple[int, Figures, str]:
    """Simulate days; return the seed, the figures and the broken rule."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="tagmatrix-year-") as folder:
        try:
            for _, so_far in simulate(seed, Path(folder), first, days):
                figures = so_far
        except BrokenError as error:
            return seed, figures, str(error)
    return seed, figures, ""
