"""The work of maintainers in the evening: merging, publishing, and the job's requests."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.year import due
from tests.year.broken import hold
from tests.year.places import BRANCH, QUICK
from tests.year.releases import DAY

if TYPE_CHECKING:
    from random import Random

    from tests.year.places import Places
    from tests.year.world import World

WAYS: Final = ("merge", "squash", "rebase")
ACCEPT: Final = re.compile(r'\{sha256: "?([0-9a-f]{64})"?, why:')
_PROMOTE: Final = re.compile(r"tagmatrix promote ([\w.-]+)")
ENTRY: Final = '{{sha256: {}, why: "Upstream said why."}}'


@dataclass
class People:
    """The maintainers: their state, and a count of their actions.

    Attributes:
        patience: the number of evenings for which they will leave the open pull request.
        lay: the number of evenings for which they have left it.
        left: whether they have a commit on the job's branch.
        merged: the tip of the job's branch that they merged last.
        refused_for: the number of evenings for which the job was refused.
        done: the number of times of each action.
    """

    places: Places
    world: World
    dice: Random
    patience: int = -1
    lay: int = 0
    left: bool = False
    merged: str = ""
    refused_for: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def morning(self) -> None:
        """Sometimes move the main branch, or the job's, without the job."""
        fate = self.dice.random()
        if fate < 0.04:
            self._note("main")
        elif fate < 0.05:
            self._change_a_template()
        if self.is_open() and not self.left and self.dice.random() < 0.5:
            self._note(BRANCH)
            self.left = True

    def is_open(self) -> bool:
        """Return whether the job's branch has commits that the main branch does not have."""
        tip = self.places.tip(BRANCH)
        if not tip or tip == self.merged:
            return False
        return bool(self.places.remote.git("rev-list", "-1", f"main..{tip}"))

    def _note(self, branch: str) -> None:
        """Commit a line of notes."""
        places = self.places
        places.clean(places.people)
        places.git("checkout", "--quiet", "--detach", f"origin/{branch}")
        with (places.people.path / "NOTES.md").open("a") as file:
            file.write(f"{places.now} {branch}\n")
        places.git("commit", "--quiet", "--all", "--message", "Take a note")
        places.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        places.clean(places.people)
        self.done[f"a note on {'main' if branch == 'main' else 'the branch'}"] += 1

    def _change_a_template(self) -> None:
        places = self.places
        places.clean(places.people)
        with (places.people.path / "templates/linux.Dockerfile.j2").open("a") as file:
            file.write(f"# {places.now:%d %B}\n")
        self._commit("a template")

    def _commit(self, what: str) -> None:
        """Commit changes by hand on the main branch, publish and push."""
        done = self.places.run(self.places.people, "generate", "--quiet", "--commit")
        hold(done.code == 0, f"people can't generate: {what}: {done}")
        self.places.git("push", "--quiet", "origin", "main")
        self.done[what] += 1

    def evening(self, said: str, *, refused: bool) -> None:
        """Read the job's output; merge the open pull request, or leave it."""
        if self.is_open():
            self.places.clean(self.places.people)
        self.refused_for = self.refused_for + 1 if refused else 0
        if refused and self.refused_for > self.dice.choice((0, 1)):
            self._accept(said)
            if "delete the branch" in said:
                self._give_up("a branch with what was withdrawn")
        self._announced(said)
        if not self.is_open():
            self.patience, self.lay = -1, 0
            return
        if self.patience < 0:
            self.done["a pull request"] += 1
            self.patience = self.dice.choices((0, 1, 2), (70, 20, 10))[0]
        if self.patience:
            self.patience -= 1
            self.lay += 1
        elif self._merge():
            self.patience, self.lay, self.left = -1, 0, False

    def _merge(self) -> bool:
        """Merge the pull request and publish; return False on a conflict."""
        places = self.places
        way = WAYS[sum(self.done[way] for way in WAYS) % len(WAYS)]
        source = f"origin/{BRANCH}"
        try:
            if way == "merge":
                places.git("merge", "--quiet", "--no-ff", "--message", "Merge the update", source)
            elif way == "squash":
                places.git("merge", "--quiet", "--squash", source)
                places.git("commit", "--quiet", "--message", "Update releases (squashed)")
            else:
                places.git("cherry-pick", f"main..{source}")
        except subprocess.CalledProcessError:
            return self._leave("a conflict")
        if places.run(places.people, "generate", "--check", "--only", "dockerfiles").code:
            return self._leave("a red check")
        places.git("push", "--quiet", "origin", "main")
        self.done[way] += 1
        self.merged = places.tip(BRANCH)
        done = places.publish()
        hold(done.code == 0, f"after a {way} nothing can be published: {done}")
        # a squashed commit of the job is not in the main branch: the job would stop because of it
        if (self.left and way != "merge") or self.dice.random() < 0.5:
            places.git("push", "--quiet", "origin", f":refs/heads/{BRANCH}")
        return True

    def _leave(self, why: str) -> bool:
        """Leave to the job what can't be merged; drop the maintainers' commits on its branch."""
        self.done[why] += 1
        self.places.git("reset", "--quiet", "--hard")
        self.places.clean(self.places.people)
        if self.left:
            self._give_up("a branch with a note")
        return False

    def _give_up(self, what: str) -> None:
        """Delete the job's branch: the next run makes due updates again."""
        self.places.git("push", "--quiet", "origin", f":refs/heads/{BRANCH}")
        self.left = False
        self.done[f"given up: {what}"] += 1

    def _accept(self, said: str) -> None:
        """Accept a replaced file as the job advises, if upstream really replaced it."""
        wanted = ACCEPT.findall(said)
        path = self.places.people.path / "versions.yaml"
        text = path.read_text()
        for sha256 in dict.fromkeys(wanted):
            true = any(
                sha256 in release.claims(artifact, self.places.now)
                for release in self.world.releases
                for artifact in release.files
            )
            hold(true, f"the job wants {sha256} to be accepted, which upstream does not have")
            text = accepting(text, ENTRY.format(sha256))
        if wanted:
            path.write_text(text)
            self._commit("an acceptance")

    def _announced(self, said: str) -> None:
        """Promote 3.14-rc, add 3.15-rc and retire 3.9, each some days after it is possible."""
        now, blocks = self.places.now, self._state().blocks
        if (cycle := _PROMOTE.search(said)) and cycle[1] in blocks:
            self._step("promote", cycle[1], self.world.by_version["3.14.0"].published)
        first = self.world.by_version["3.15.0a1"].published
        if now > first + DAY and "3.15-rc" not in blocks:
            self._step("add", "3.15-rc", first, "--end-of-life", "2031-10-31")
        if now.date() >= dt.date(2025, 11, 4) and "3.9" in blocks:
            done = self.places.run(
                *(self.places.people, "status", "--as-of", now.date().isoformat()),
                *("--format", "json", *QUICK),
            )
            steps = [row["next"] for row in json.loads(done.out)["cycles"]]
            hold("tagmatrix retire 3.9" in steps, f"status does not say that 3.9 is over: {steps}")
            self._finish(self.places.run(self.places.people, "retire", "3.9").code, "retire")

    def _step(self, name: str, cycle: str, since: dt.datetime, *more: str) -> None:
        """Run promote or add; wait for missing files, three days for the installer."""
        late = ("--late", "windows") if self.places.now > since + 4 * DAY else ()
        done = self.places.run(self.places.people, name, cycle, "--download", *more, *QUICK)
        if done.code and "--late windows" in done.err and late:
            done = self.places.run(
                self.places.people, name, cycle, "--download", *late, *more, *QUICK
            )
        if done.code == 0:
            self._finish(0, name)

    def _finish(self, code: int, what: str) -> None:
        hold(code == 0, f"{what} failed")
        self._commit(what)

    def _state(self) -> due.State:
        return due.read((self.places.people.path / "versions.yaml").read_text())


def accepting(text: str, entry: str) -> str:
    """Add an entry to `accept`, whether the list is on one line, on several lines, or missing."""
    if "\naccept: [" in text:
        return text.replace("\naccept: [", f"\naccept: [{entry}, ")
    if "\naccept:\n" not in text:
        text = text.replace("\nreleases:\n", "\naccept:\n\nreleases:\n")
    return text.replace("\naccept:\n", f"\naccept:\n  - {entry}\n")
