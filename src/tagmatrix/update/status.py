"""The status of each cycle: versions here, upstream and published, and the next command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.matrix import end_of_life as ends
from tagmatrix.update.outcome import CycleVerdict
from tagmatrix.util.dates import has_ended
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.web.answers import Answer

UNKNOWN = "?"
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """The status of a cycle; `?` is an unknown value, `-` an absent one.

    The JSON has these fields, in this order.

    Attributes:
        cycle, ours: the cycle and its version in versions.yaml.
        upstream: upstream's newest version for it.
        manifest: the version in our own committed manifest.
        published: the version in official-images.
        phase: upstream's name of the cycle's phase.
        end_of_life: the last day of its support, from versions.yaml, or else from upstream.
        held_back: artifacts that versions.yaml holds back, and why.
        notes: all notes, including the next three.
        alarms: what was refused, and why.
        waits: what must wait, and why.
        news: what an update would do.
        failures: what could not be looked up, and why.
        next: the command to run next.
    """

    cycle: str
    ours: str
    upstream: str
    manifest: str
    published: str
    phase: str
    end_of_life: str
    held_back: dict[str, str]
    notes: tuple[str, ...]
    alarms: tuple[str, ...]
    waits: tuple[str, ...]
    news: tuple[str, ...]
    failures: tuple[str, ...]
    next: str


def status_row(
    release: Release,
    outcome: CycleOutcome,
    published: Answer[str] | None,
    own: Mapping[str, str],
    *,
    as_of: dt.date,
) -> StatusRow:
    """Return the status of a cycle. Pure.

    Args:
        release: the release in versions.yaml.
        outcome: what an update would do.
        published: the version in official-images; None without `upstream`.
        own: the version of each cycle in our committed manifest.
        as_of: the reference date for the end of life.
    """
    phase, failures = outcome.phase, [*outcome.failures]
    failures += [each.reason for each in (phase, published) if isinstance(each, FetchFailed)]
    news = outcome.news if outcome.verdict is CycleVerdict.UPDATE else ()
    notes = [*news, *outcome.alarms, *outcome.waits]
    end = release.end_of_life
    if isinstance(phase, Found):
        theirs = phase.value.end_of_life
        if end and theirs and (end.year, end.month) != (theirs.year, theirs.month):
            notes.append(f"upstream has another end of life: {theirs}")
        end = end or theirs
    if release.deprecated:
        notes.append(f"deprecated: {release.deprecated}")
    if note := ends.when(end, as_of, f"retire it: tagmatrix retire {release.cycle}"):
        notes.append(note)
    return StatusRow(
        cycle=release.cycle,
        ours=release.version or NONE,
        upstream=outcome.upstream or (UNKNOWN if outcome.failures else NONE),
        manifest=own.get(release.cycle) or NONE,
        published=_text(published),
        phase=phase.value.name if isinstance(phase, Found) else _text(phase),
        end_of_life=str(end) if end else NONE,
        held_back=dict(release.held_back),
        notes=tuple(notes),
        alarms=outcome.alarms,
        waits=outcome.waits,
        news=news,
        failures=tuple(dict.fromkeys(failures)),
        next=_next(release, outcome, end, as_of),
    )


def of_suites(config: Config, as_of: dt.date) -> dict[str, list[str]]:
    """Return notes on the suites that are deprecated or near their end."""
    suites = {
        name: [
            *([f"deprecated: {suite.deprecated}"] if suite.deprecated else []),
            *filter(None, [ends.when(suite.end_of_life, as_of, "drop it: delete its line")]),
        ]
        for name, suite in config.suites.items()
    }
    return {name: notes for name, notes in suites.items() if notes}


def _text(answer: Answer[str] | Answer[Phase] | None) -> str:
    if isinstance(answer, Found):
        return str(answer.value)
    return UNKNOWN if isinstance(answer, FetchFailed) else NONE


def _next(release: Release, outcome: CycleOutcome, end: dt.date | None, as_of: dt.date) -> str:
    """Return the next command."""
    if outcome.step:
        return outcome.step
    if outcome.verdict is CycleVerdict.UPDATE:
        return f"tagmatrix update {release.cycle}"
    if end is not None and has_ended(end, as_of):
        return f"tagmatrix retire {release.cycle}"
    return NONE
