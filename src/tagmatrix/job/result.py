"""The result of a run of the job: as JSON, and for the text of a pull request."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.diff.summary import summary
from tagmatrix.errors import DifferenceError, GuardError, InputError, UpstreamError
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.publish import commit_message
from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from tagmatrix.config import Release
    from tagmatrix.guard import Verdict
    from tagmatrix.job.commit_series import SeriesCommit
    from tagmatrix.publish.generation import Generation
    from tagmatrix.web.client import Exchange


def answer(exchange: Exchange) -> str:
    """Return the answer to a request in a few words."""
    if isinstance(exchange.answer, NotPublished):
        return "not found"
    if isinstance(exchange.answer, FetchFailed):
        return exchange.answer.reason.removeprefix(f"{exchange.url}: ")
    if exchange.cached:
        return "unchanged" if exchange.tries else "from the cache, without a request"
    return "answered"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence; `about` names cycles or a suite, and is empty for the run as a whole."""

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The result of a run.

    Attributes:
        branch: the branch's name.
        base: the commit that the branch starts from.
        base_name: the name of this commit.
        head: the branch's last commit; None if it is missing, or if the run did not read it.
        moved: whether the run moved the branch.
        pushed: whether the branch is at a remote.
        to_commit: whether there are changes that --dry-run did not commit.
        before: what the base generates; None if the run stopped before that.
        after: what the branch generates.
        made: the commits of the branch, made or planned.
        claims: the sources of each SHA-256.
        waits: what upstream announces or has only in part.
        failed: the upstream queries that failed.
        refused: what the guard or the checks refused.
        warnings: what is odd.
        stopped: why the run did nothing, if that is not a refusal; else empty.
        requests: the requests to upstream, and the answers.
    """

    branch: str
    base: str = ""
    base_name: str = ""
    head: str | None = None
    moved: bool = False
    pushed: bool = False
    to_commit: bool = False
    before: Generation | None = None
    after: Generation | None = None
    made: tuple[SeriesCommit, ...] = ()
    claims: dict[str, tuple[str, ...]]
    waits: tuple[Note, ...] = ()
    failed: tuple[Note, ...] = ()
    refused: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()
    stopped: str = ""
    requests: tuple[Exchange, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return the exit code."""
        return self._outcome[1]

    @property
    def _outcome(self) -> tuple[str, int]:
        """Return the most severe word for the result that applies, and the exit code."""
        outcomes = (
            (self.stopped, "stopped", InputError.exit_code),
            (self.refused, "refused", GuardError.exit_code),
            (self.failed, "degraded", UpstreamError.exit_code),
            (self.moved, "committed", 0),
            (self.to_commit, "to-commit", DifferenceError.exit_code),
            (self.made, "unchanged", 0),
        )
        return next(
            ((word, code) for applies, word, code in outcomes if applies), ("nothing-new", 0)
        )

    @property
    def title(self) -> str | None:
        """Return the title of a pull request; None if the branch has no commits."""
        if not self.made or self.before is None or self.after is None:
            return None
        old, new = (snapshot_of_matrix(each.matrix) for each in (self.before, self.after))
        return commit_message.title(summary(old, new), self.made[-1].subject)

    @property
    def verdict(self) -> Verdict | None:
        """Return what moves compared with the committed manifest; None without commits."""
        return self.after.verdict if self.made and self.after else None

    @property
    def held_back(self) -> tuple[Note, ...]:
        """Return what is left out for now, and what the job waits for."""
        generation = self.after or self.before
        held = []
        known: list[tuple[str, str]] = []
        for release in generation.config.releases if generation else ():
            for artifact, why in release.held_back.items():
                held.append(Note(release.cycle, f"{artifact} is left out: {why}"))
                # `waits` has a note about the same artifact, once versions.yaml holds it back.
                known.append((release.cycle, f"{artifact} of {release.version} is held back: "))
        waits = [
            note
            for note in self.waits
            if not any(note.about == cycle and note.text.startswith(it) for cycle, it in known)
        ]
        return (*held, *waits)

    def releases(self, name: str) -> tuple[Release, Release] | None:
        """Return a cycle's release before and after; None if `name` is not a cycle."""
        found = [
            release
            for generation in (self.before, self.after)
            if generation is not None
            for release in generation.config.releases
            if release.cycle == name
        ]
        return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 (both)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        result, code = self._outcome
        return {
            "result": result,
            "exit": code,
            "branch": self.branch,
            "base": self.base or None,
            "base_name": self.base_name or None,
            "head": self.head,
            "moved": self.moved,
            "pushed": self.pushed,
            "title": self.title,
            "cycles": [
                {
                    "cycle": made.name,
                    "from": releases[0].version,
                    "to": releases[1].version,
                    "commit": made.commit or None,
                    "images": len(made.images),
                }
                for made in self.made
                if (releases := self.releases(made.name))
            ],
            "commits": [
                {"id": made.commit or None, "subject": made.subject, "images": len(made.images)}
                for made in self.made
            ],
            "held_back": [asdict(note) for note in self.held_back],
            "failed": [asdict(note) for note in self.failed],
            "refused": [asdict(note) for note in self.refused],
            "warnings": [asdict(note) for note in self.warnings],
            "stopped": self.stopped or None,
            "moves": self.verdict.lines() if self.verdict else [],
            "requests": [
                {"url": each.url, "answer": answer(each), "attempts": each.tries}
                for each in self.requests
            ],
        }
