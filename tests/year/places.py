"""The repository: a bare remote, a clone of the job and one of the maintainers, and tagmatrix."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.repos import TestRepo, environment, make_repo
from tests.year import due, image, runner

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from tests.year.due import State
    from tests.year.runner import Result, Runner
    from tests.year.server import Service

BRANCH: Final = "tagmatrix/update"
JOB: Final = "The Job <job@example.org>"
QUICK: Final = ("--timeout", "0.4", "--attempts", "2")
"""The time limit for upstream in a command: a fault delays a simulated day no longer."""


@dataclass
class Places:
    """All clones, and the date of new commits."""

    remote: TestRepo
    job: TestRepo
    people: TestRepo
    tagmatrix: Runner
    now: dt.datetime

    @property
    def dates(self) -> dict[str, str]:
        """Return the variables that set the date of commits."""
        date = self.now.replace(microsecond=0).isoformat()
        return {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}

    def git(self, *args: str, stdin: str = "") -> str:
        """Run git in the maintainers' clone."""
        return self.people.git(*args, stdin=stdin, **self.dates)

    def run(self, repo: TestRepo, *args: str) -> Result:
        """Run tagmatrix in a clone."""
        return self.tagmatrix.run("-C", str(repo.path), *args, **self.dates)

    def tips(self) -> dict[str, str]:
        """Return the commit of each branch of the remote."""
        listing = self.remote.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
        found = (line.split() for line in listing.splitlines())
        return {ref.removeprefix("refs/heads/"): commit for ref, commit in found}

    def tip(self, branch: str) -> str:
        """Return the commit of a branch of the remote; empty if there is no such branch."""
        return self.tips().get(branch, "")

    def state(self, revision: str) -> State:
        """Return the content of versions.yaml in a revision of the remote."""
        return due.read(self.remote.git("show", f"{revision}:versions.yaml"))

    def clean(self, repo: TestRepo) -> None:
        """Make a clone equal to a fresh checkout of the main branch."""
        repo.git("fetch", "--quiet", "--prune", "origin")
        repo.git("checkout", "--quiet", "--force", "-B", "main", "origin/main")

    def publish(self) -> Result:
        """Write the manifest on the main branch and push it, as the workflow does."""
        done = self.run(self.people, "generate", "--commit", "--only", "manifest")
        if done.code == 0:
            self.git("push", "--quiet", "origin", "main")
        return done


@contextlib.contextmanager
def make(folder: Path, service: Service, day: dt.date, now: dt.datetime) -> Iterator[Places]:
    """Make the published repository of a day, and the runner."""
    variables = environment(
        REQUESTS_CA_BUNDLE=str(service.certificate),
        XDG_CACHE_HOME=str(folder / "cache"),
        HOME=str(folder),
        NO_PROXY="127.0.0.1",
    )
    remote = TestRepo(folder / "origin.git")
    remote.path.mkdir(parents=True)
    remote.git("init", "--quiet", "--bare", "--initial-branch=main", "--template=")
    people = make_repo(folder / "people")
    people.git("remote", "add", "origin", str(remote.path))
    image.write(people.path, service.world, service.base, day)
    with runner.start(folder / "runner", variables) as tagmatrix:
        places = Places(remote, TestRepo(folder / "job"), people, tagmatrix, now)
        people.git("add", "--all")
        places.git("commit", "--quiet", "--message", "Begin")
        _ok(places.run(people, "generate", "--quiet", "--commit"))
        people.git("push", "--quiet", "--set-upstream", "origin", "main")
        remote.git("clone", "--quiet", "--template=", str(remote.path), str(places.job.path))
        yield places


def _ok(done: Result) -> None:
    assert done.code == 0, done
