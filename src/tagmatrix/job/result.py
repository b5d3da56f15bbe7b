"""The result of a run of the job: for a program, and for the text of a pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.diff.summary import summary
from tagmatrix.errors import DifferenceError, GuardError, InputError, UpstreamError
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.publish import commit_message
from tagmatrix.web.answers import FetchFailed, NotPublished

if TYPE_CHECKING:
    from tagmatrix.config import Config, Release
    from tagmatrix.guard import Verdict
    from tagmatrix.job.commit_series import SeriesCommit
    from tagmatrix.publish.generation import Generation
    from tagmatrix.web.client import Exchange


def answer(exchange: Exchange) -> str:
    """Return in a few words what came back."""
    if isinstance(exchange.answer, NotPublished):
        return "is not there"
    if isinstance(exchange.answer, FetchFailed):
        return exchange.answer.reason.removeprefix(f"{exchange.url}: ")
    if exchange.cached:
        known = "as it was fetched before, not asked"
        return "unchanged since it was fetched" if exchange.tries else known
    return "answered"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about something: a cycle, a suite; empty for the run as a whole."""

    about: str
    text: str

    def to_json(self) -> dict[str, str]:
        """Return it for a program."""
        return {"about": self.about, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The result of a run.

    Attributes:
        branch: the branch's name.
        base: the commit that it grows from, and its name.
        base_name: its name.
        head: the branch's last commit; None if there is no branch, or it does not count.
        moved: whether the run has moved it.
        pushed: whether to a remote.
        to_commit: whether there is something to commit that --dry-run left out.
        before: what the base generates; None if the run did not get so far.
        after: what the branch generates.
        made: its commits, or what they would be where it is left alone.
        claims: who says a SHA-256.
        waits: what upstream has and is waited for.
        failed: what could not be learned.
        refused: what was refused, by a guard.
        warnings: what is odd.
        stopped: why nothing was done, where that is no refusal; empty if something was.
        asked: who was asked, and the answers.
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
    asked: tuple[Exchange, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return the exit code."""
        if self.stopped:
            return InputError.exit_code
        if self.refused:
            return GuardError.exit_code
        if self.failed:
            return UpstreamError.exit_code
        return DifferenceError.exit_code if self.to_commit else 0

    @property
    def status(self) -> str:
        """Return the result in a word: the worst."""
        if self.stopped:
            return "stopped"
        if self.refused:
            return "refused"
        if self.failed:
            return "degraded"
        if self.moved:
            return "committed"
        if self.to_commit:
            return "to-commit"
        return "unchanged" if self.made else "nothing-new"

    @property
    def title(self) -> str | None:
        """Return the title of a pull request; None if there is nothing in it."""
        if not self.made or self.before is None or self.after is None:
            return None
        old, new = (snapshot_of_matrix(each.matrix) for each in (self.before, self.after))
        return commit_message.title(summary(old, new), self.made[-1].subject)

    @property
    def verdict(self) -> Verdict | None:
        """Return what moves against the committed manifest; None if nothing is to come."""
        return self.after.verdict if self.made and self.after else None

    @property
    def held_back(self) -> tuple[Note, ...]:
        """Return what is left out for now, and what is waited for."""
        config = self._config
        held = []
        known: list[tuple[str, str]] = []
        for release in config.releases if config else ():
            for artifact, why in release.held_back.items():
                held.append(Note(release.cycle, f"{artifact} is left out: {why}"))
                # What is waited for says so too, once it stands in versions.yaml.
                known.append((release.cycle, f"{artifact} of {release.version} is held back: "))
        waits = [
            note
            for note in self.waits
            if not any(note.about == cycle and note.text.startswith(it) for cycle, it in known)
        ]
        return (*held, *waits)

    @property
    def _config(self) -> Config | None:
        generation = self.after or self.before
        return generation.config if generation else None

    def releases(self, name: str) -> tuple[Release, Release] | None:
        """Return a cycle's release before and after; None if it is none."""
        found = [
            next((each for each in generation.config.releases if each.cycle == name), None)
            for generation in (self.before, self.after)
            if generation is not None
        ]
        if len(found) < 2 or found[0] is None or found[1] is None:  # noqa: PLR2004 (both)
            return None
        return found[0], found[1]

    def to_json(self) -> dict[str, Any]:
        """Return it for a program."""
        return {
            "result": self.status,
            "exit": self.exit_code,
            "branch": self.branch,
            "base": self.base or None,
            "base_name": self.base_name or None,
            "head": self.head,
            "moved": self.moved,
            "pushed": self.pushed,
            "title": self.title,
            "cycles": [self._cycle(made) for made in self.made if self.releases(made.name)],
            "commits": [
                {"id": made.commit or None, "subject": made.subject, "images": len(made.images)}
                for made in self.made
            ],
            "held_back": [note.to_json() for note in self.held_back],
            "failed": [note.to_json() for note in self.failed],
            "refused": [note.to_json() for note in self.refused],
            "warnings": [note.to_json() for note in self.warnings],
            "stopped": self.stopped or None,
            "moves": self.verdict.lines() if self.verdict else [],
            "asked": [
                {"url": each.url, "answer": answer(each), "tries": each.tries}
                for each in self.asked
            ],
        }

    def _cycle(self, made: SeriesCommit) -> dict[str, Any]:
        old, new = self.releases(made.name) or (None, None)
        return {
            "cycle": made.name,
            "from": old.version if old else None,
            "to": new.version if new else None,
            "commit": made.commit or None,
            "images": len(made.images),
        }
