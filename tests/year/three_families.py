"""A year of three families in one repository, whose upstreams are of different kinds.

`python -m tests.year --families --seeds 5 --days 120` follows python.org, a list such as that of
go.dev, and the tags of a git repository. Each day the job runs in each family's folder, with a
branch of its own, against upstreams that fail; maintainers merge, publish and accept what upstream
replaced. The rules are those of the package's docstring, for these families: what is committed was
true, what is possible is in time, and exit codes are as documented.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests import yamls
from tests.repos import TestRepo, environment, make_repo
from tests.web.site import serve
from tests.year import runner
from tests.year.broken import BrokenError, hold
from tests.year.figures import Figures
from tests.year.job import SLOW
from tests.year.people import ACCEPT, ENTRY, accepting
from tests.year.places import JOB
from tests.year.releases import moment
from tests.year.three_worlds import KINDS, Worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.web.site import Handler, Site
    from tests.year.runner import Result, Runner
    from tests.year.three_worlds import Kind

IN_TIME: Final = 2
"""A possible update must be on the main branch after at most this number of days."""
QUICK: Final = ("--timeout", "1", "--attempts", "2")
MISLEADS: Final = ("half", "old")
HEAD: Final = """\
image: {name}
repository: https://github.com/example/images.git
branch: main
version_style: {style}
maintainers:
  - A U Thor <author@example.org> (@author)
upstream:
{upstream}  allow_http: true
default_suites: {{default: trixie}}
flavors:
  default:
    name: "{{suite}}"
    base: debian:{{suite}}-slim
    template: linux
    needs: [{needs}]
    on_default_suite: {{tags: [""]}}
suites:
  trixie: {{flavors: [default], architectures: [amd64, arm64v8]}}
releases:
"""
TEMPLATE: Final = """\
FROM {{ image.base }}
ENV VERSION={{ release.version }}
"""
ONE: Final = "ENV SUM={{ release.sha256.source }}\n"
EACH: Final = """\
{% for name, sum in release.sha256.linux.items() %}
ENV SUM_{{ name | upper }}={{ sum }}
{% endfor %}
"""


@dataclass(frozen=True)
class Block:
    """A release in versions.yaml."""

    version: str
    sums: frozenset[tuple[str, str]]


@dataclass
class Wait:
    """A possible update that is not merged: since when, and the excused days."""

    since: dt.date
    excused: int = 0


def faults(site: Site, old: Callable[[str], bytes | None]) -> dict[str, object]:
    """Return the faults of requests by name; `old` is what was there some days ago."""
    return {
        "html": site.body(lambda _: b"<!doctype html><html><body>Sorry</body></html>"),
        "empty": site.body(lambda _: b""),
        "404": site.status(404),
        "403": site.status(403),
        "500": site.status(500),
        "429": site.status(429),
        "cut": site.cut,
        "cut chunks": site.cut_chunks,
        "hang": site.hang,
        "half": site.body(lambda body: body[: len(body) // 2]),
        "old": lambda handler, body: handler.send(old(handler.path) or body),
    }


class Year:
    """A simulated period of three families."""

    def __init__(
        self, seed: int, site: Site, folder: Path, tagmatrix: Runner, first: dt.date, days: int
    ) -> None:
        """Make the published repository of the first day."""
        self.seed, self.site, self.tagmatrix, self.now = seed, site, tagmatrix, moment(first)
        self.worlds = Worlds(seed, self.now, days)
        self.dice = Random(f"people {seed}")  # noqa: S311 (a test's dice)
        self.figures = Figures()
        self.troubles: dict[str, str] = {}
        self.share = 0.0
        self.waiting: dict[tuple[str, str, Block], Wait] = {}
        self.patience: dict[str, int] = {}
        self.merged: dict[str, str] = {}
        self.site.faults["/"] = self._handle
        self._publish_upstream()
        self.remote, self.people = TestRepo(folder / "origin.git"), make_repo(folder / "people")
        self.remote.path.mkdir()
        self.remote.git("init", "--quiet", "--bare", "--initial-branch=main", "--template=")
        self.people.git("remote", "add", "origin", str(self.remote.path))
        for kind in KINDS:
            self.people.write(f"{kind.name}/versions.yaml", self._versions(kind))
            template = TEMPLATE + (ONE if "source" in kind.artifacts else EACH)
            self.people.write(f"{kind.name}/templates/linux.Dockerfile.j2", template)
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "Begin")
        for kind in KINDS:
            done = self.run(self.people, kind, "generate", "--quiet", "--commit")
            hold(done.code == 0, f"{kind.name} can't begin: {done}")
        self._git("push", "--quiet", "--set-upstream", "origin", "main")
        self.job = TestRepo(folder / "job")
        self.remote.git(
            "clone", "--quiet", "--template=", str(self.remote.path), str(folder / "job")
        )

    # upstream

    def _publish_upstream(self) -> None:
        self.site.over.set()
        self.site.over = type(self.site.over)()
        self.site.upstream = self.worlds.documents(self.site.base, self.now)

    def _handle(self, handler: Handler, body: bytes | None) -> None:
        path = handler.path.partition("?")[0]
        dice = Random(f"{self.seed} {self.now} {path}")  # noqa: S311 (a test's dice)
        if body is None or dice.random() >= self.share:
            handler.send(body)
            return
        every = faults(self.site, self._old)
        name = dice.choice([*every])
        self.troubles[path] = name
        every[name](handler, body)  # type: ignore[operator]  # faults are of several types

    def _old(self, path: str) -> bytes | None:
        before = self.worlds.documents(self.site.base, self.now - dt.timedelta(6))
        at, _, query = path.partition("?")
        name, _, value = query.partition("=")
        return before.answer(at, {name: [value]})

    def _due(
        self, kind: Kind, cycle: str, ours: Block, accepted: frozenset[str]
    ) -> tuple[Block, str]:
        """Return the block that is due, and why the run must be refused or may fail."""
        listed = [
            item
            for item in self.worlds.listed(kind.name, self.now)
            if item.version.startswith(f"{cycle}.")
        ]
        newest = listed[0]
        if Version(newest.version) < Version(ours.version):
            return ours, "" if any(each.version == ours.version for each in listed) else "withdrawn"
        sums = newest.sums(self.now)
        if newest.version == ours.version:
            other = {sums[name] for name, sha256 in ours.sums if sums[name] != sha256}
            if other - accepted:
                return ours, "replaced"
        elif len(sums) < len(kind.artifacts):
            return ours, "incomplete"
        return Block(newest.version, frozenset(sums.items())), ""

    # the repository

    def _versions(self, kind: Kind) -> str:
        needs = "source" if kind.artifacts == ("source",) else "{name: linux, by: architecture}"
        upstream = kind.upstream.replace("BASE", self.site.base)
        text = HEAD.format(name=kind.name, style=kind.style, upstream=upstream, needs=needs)
        for cycle in kind.cycles:
            item = self.worlds.item(kind.name, f"{cycle}.1")
            text += f'  "{cycle}":\n    version: "{item.version}"\n    sha256:\n'
            sums = item.sums(self.now)
            if "source" in sums:
                text += f"      source: {sums['source']}\n"
            else:
                text += "      linux:\n"
                text += "".join(f"        {name[6:]}: {each}\n" for name, each in sums.items())
        return text

    def _git(self, *args: str) -> str:
        return self.people.git(*args, **self._dates())

    def _dates(self) -> dict[str, str]:
        date = self.now.replace(microsecond=0).isoformat()
        return {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}

    def run(self, repo: TestRepo, kind: Kind, *args: str) -> Result:
        """Run tagmatrix in the folder of a family."""
        return self.tagmatrix.run("-C", str(repo.path / kind.name), *args, **self._dates())

    def _tip(self, branch: str) -> str:
        return self.remote.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def _state(self, kind: Kind, revision: str) -> tuple[dict[str, Block], frozenset[str]]:
        """Return the blocks of a family in a revision, and the checksums that it accepts."""
        value = yamls.load(self.remote.git("show", f"{revision}:{kind.name}/versions.yaml"))
        blocks = {}
        for cycle, entry in value["releases"].items():
            sums = entry["sha256"]
            if "linux" in sums:
                sums = {f"linux/{name}": sha256 for name, sha256 in sums["linux"].items()}
            blocks[cycle] = Block(entry["version"], frozenset(sums.items()))
        return blocks, frozenset(entry["sha256"] for entry in value.get("accept", ()))

    def _open(self, kind: Kind) -> str:
        """Return the tip of a family's branch if it has commits that are not merged."""
        tip = self._tip(_branch(kind))
        if not tip or tip == self.merged.get(kind.name):
            return ""
        return tip if self.remote.git("rev-list", "-1", f"main..{tip}") else ""

    def _clean(self, repo: TestRepo) -> None:
        repo.git("fetch", "--quiet", "--prune", "origin")
        repo.git("checkout", "--quiet", "--force", "-B", "main", "origin/main")

    # a day

    def day(self, day: dt.date) -> None:
        """Simulate a day."""
        for number, kind in enumerate(KINDS):
            self.now = moment(day, 12 + number / 4)
            self._publish_upstream()
            said, refused = self._job(kind)
            self.now = moment(day, 18 + number / 4)
            self._publish_upstream()
            self._evening(kind, said, refused=refused)
            self._in_time(kind, day)
        self.figures.days += 1

    def _job(self, kind: Kind) -> tuple[str, bool]:
        self._clean(self.job)
        main, accepted = self._state(kind, "main")
        before = self._open(kind)
        begun = {**main}
        if before:
            begun |= {
                cycle: block
                for cycle, block in self._state(kind, before)[0].items()
                if Version(block.version) >= Version(main[cycle].version)
            }
        dice = Random(f"weather {self.seed} {self.now}")  # noqa: S311 (a test's dice)
        self.share = dice.choices((0.0, 0.08, 0.3, 0.9), (70, 19, 9, 2))[0]
        self.troubles.clear()
        done = self.run(
            *(self.job, kind, "regenerate", "--branch", _branch(kind), "--push", "origin"),
            *("--as-of", self.now.date().isoformat(), "--author", JOB, "--committer", JOB, *QUICK),
        )
        self.share = 0.0
        troubles = dict(self.troubles)
        others = [path for path in troubles if not path.startswith(kind.paths)]
        hold(not others, f"{kind.name} requested {others}")
        self.figures.exits[done.code] += 1
        self.figures.faults.update(troubles.values())
        said = done.out + done.err
        if done.code and "hang" not in troubles.values() and any(each in said for each in SLOW):
            self.figures.slow += 1
            troubles["the machine"] = "was busy"
        hold("Traceback" not in said, said)
        self._check_commits(kind)
        after = self._state(kind, tip)[0] if (tip := self._open(kind)) else main
        due = {cycle: self._due(kind, cycle, block, accepted) for cycle, block in begun.items()}
        reasons = {why for _, why in due.values() if why}
        for cycle, (block, why) in due.items():
            have = after[cycle]
            self._genuine(kind, have)
            hold(
                Version(have.version) >= Version(main[cycle].version), f"{cycle} goes back: {have}"
            )
            if not troubles:
                hold(have == block, f"{kind.name} {cycle}: {have}, and not {block} {why}: {said}")
            elif not {*MISLEADS} & {*troubles.values()}:
                kept = have in (begun[cycle], block)
                hold(kept, f"{kind.name} {cycle}: could not be learned, and is {have}")
            if block != main[cycle]:
                wait = self.waiting.setdefault((kind.name, cycle, block), Wait(self.now.date()))
                wait.excused += bool(troubles) or self.patience.get(kind.name, 0) > 0
        if not troubles:
            refused = reasons & {"withdrawn", "replaced"}
            codes = {5} if refused else {0, 4} if "incomplete" in reasons else {0}
            hold(done.code in codes, f"{kind.name}: exit {done.code}, not in {codes}: {said}")
            self.figures.refusals.update(refused)
        hold(done.code in {0, 4, 5}, f"{kind.name}: exit {done.code}: {said}")
        return said, done.code == 5 and not troubles

    def _check_commits(self, kind: Kind) -> None:
        """Each commit of the job is by the job, of one cycle, and in the family's folder."""
        if not (tip := self._open(kind)):
            return
        for commit in self.remote.git("rev-list", f"main..{tip}").split():
            author = self.remote.git("log", "-1", "--format=%an <%ae>", commit)
            hold(author == JOB, f"{commit} is by {author}")
            paths = self.remote.git("diff-tree", "-r", "--name-only", f"{commit}^", commit).split()
            hold(paths, f"{commit} is empty")
            hold(all(each.startswith(f"{kind.name}/") for each in paths), f"{commit}: {paths}")
            old, new = (self._state(kind, each)[0] for each in (f"{commit}^", commit))
            changed = [cycle for cycle in new if new[cycle] != old[cycle]]
            hold(len(changed) == 1, f"{commit} changes {changed}")
            at = f"{commit}:{kind.name}/library/{changed[0]}/trixie/Dockerfile"
            text = self.remote.git("show", at)
            block = new[changed[0]]
            hold(f"ENV VERSION={block.version}\n" in text, f"{at}: {text}")
            hold(all(sha256 in text for _, sha256 in block.sums), f"{at}: {text}")
            self.figures.commits += 1

    def _genuine(self, kind: Kind, block: Block) -> None:
        item = self.worlds.item(kind.name, block.version)
        hold({name for name, _ in block.sums} == {*kind.artifacts}, f"{block} is not complete")
        for name, sha256 in block.sums:
            true = item.genuine(name, sha256, self.now)
            hold(true, f"{kind.name}: {name} of {block.version} never was {sha256}")

    def _evening(self, kind: Kind, said: str, *, refused: bool) -> None:
        """Accept what upstream replaced; merge and publish, or leave the branch for some days."""
        self._clean(self.people)
        if refused:
            if wanted := dict.fromkeys(ACCEPT.findall(said)):
                file = self.people.path / kind.name / "versions.yaml"
                text = file.read_text()
                for sha256 in wanted:
                    text = accepting(text, ENTRY.format(sha256))
                file.write_text(text)
                done = self.run(self.people, kind, "generate", "--quiet", "--commit")
                hold(done.code == 0, f"people can't accept: {done}")
                self._git("push", "--quiet", "origin", "main")
            if "delete the branch" in said:
                self._git("push", "--quiet", "origin", f":refs/heads/{_branch(kind)}")
        tip = self._open(kind)
        if not tip:
            self.patience.pop(kind.name, None)
            return
        left = self.patience.setdefault(kind.name, self.dice.choices((0, 1, 2), (70, 20, 10))[0])
        if left:
            self.patience[kind.name] -= 1
            return
        self.patience.pop(kind.name)
        self._git("merge", "--quiet", "--no-ff", "--message", "Merge", f"origin/{_branch(kind)}")
        done = self.run(self.people, kind, "generate", "--quiet", "--commit")
        hold(done.code == 0, f"{kind.name}: after a merge nothing can be published: {done}")
        self._git("push", "--quiet", "origin", "main")
        self.merged[kind.name] = tip
        for cycle, block in self._state(kind, "main")[0].items():
            self._genuine(kind, block)
            self.waiting = {
                key: wait
                for key, wait in self.waiting.items()
                if not self._came(key, wait, (kind.name, cycle, block))
            }

    def _came(self, key: tuple[str, str, Block], wait: Wait, here: tuple[str, str, Block]) -> bool:
        """Return whether a possible update is on the main branch; count how long it took."""
        if key == here:
            days = (self.now.date() - wait.since).days - wait.excused
            self.figures.came += 1
            self.figures.longest = max(self.figures.longest, days)
        return key == here

    def _in_time(self, kind: Kind, day: dt.date) -> None:
        """Find possible updates that are too late; forget those that are no longer due."""
        main, accepted = self._state(kind, "main")
        for key, wait in [*self.waiting.items()]:
            name, cycle, block = key
            if name != kind.name:
                continue
            if self._due(kind, cycle, main[cycle], accepted)[0] != block:
                del self.waiting[key]
                continue
            late = (day - wait.since).days - wait.excused
            hold(late <= IN_TIME, f"{name} {cycle}: {block} could be in since {wait.since}")


def _branch(kind: Kind) -> str:
    return f"tagmatrix/{kind.name}"


@contextlib.contextmanager
def begin(seed: int, folder: Path, first: dt.date, days: int) -> Iterator[Year]:
    """Run the servers of a year, with its repository in a folder."""
    variables = environment(
        XDG_CACHE_HOME=str(folder / "cache"), HOME=str(folder), NO_PROXY="127.0.0.1"
    )
    with serve() as site, runner.start(folder / "runner", variables) as tagmatrix:
        yield Year(seed, site, folder, tagmatrix, first, days)


def simulate(seed: int, folder: Path, first: dt.date, days: int) -> Iterator[Figures]:
    """Simulate days; yield the figures after each. Raises BrokenError."""
    begun = time.monotonic()
    with begin(seed, folder, first, days) as year:
        for number in range(days):
            day = first + dt.timedelta(number)
            try:
                year.day(day)
            except (BrokenError, AssertionError, OSError, ValueError, KeyError) as error:
                raise BrokenError(f"seed {seed}, {day}: {error}") from error
            year.figures.seconds = time.monotonic() - begun
            yield year.figures


def live(seed: int, first: dt.date, days: int) -> tuple[int, Figures, str]:
    """Simulate days; return the seed, the figures and the broken rule."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="tagmatrix-three-") as folder:
        try:
            for figures in simulate(seed, Path(folder), first, days):  # noqa: B007 (the last ones)
                pass
        except BrokenError as error:
            return seed, figures, str(error)
    return seed, figures, ""
