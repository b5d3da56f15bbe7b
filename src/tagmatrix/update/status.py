"""Where each cycle stands: ours, upstream's, the published manifests', and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.matrix import end_of_life as ends
from tagmatrix.update.outcome import CycleVerdict
from tagmatrix.upstream.official_images import published_version
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    import datetime as dt

    from tagmatrix.config import Config, Release
    from tagmatrix.manifest import Manifest
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.web.answers import Answer

UNKNOWN = "?"
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """A cycle. `?` stands for what could not be learned, `-` for what there is not.

    Attributes:
        cycle, ours: the cycle and its version in versions.yaml.
        upstream: upstream's newest version for it.
        manifest: the version in our own committed manifest.
        published: the version in official-images.
        phase: upstream's word for where the cycle stands.
        end_of_life: the last day of its support, by versions.yaml, else by upstream.
        held_back: artifacts that are held back in versions.yaml, and why.
        notes: what is odd, late or refused; among them all of the next three.
        alarms: what was refused, and why.
        waits: what is not done yet, and why.
        news: what an update would do.
        failures: what could not be learned.
        step: what to run next; empty for nothing.
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
    step: str


def status_row(
    release: Release,
    outcome: CycleOutcome | None,
    phase: Answer[Phase] | None,
    published: Answer[str] | None,
    own: Manifest | None,
    *,
    as_of: dt.date,
) -> StatusRow:
    """Put what is known of a cycle together. Pure.

    Args:
        release: what versions.yaml says.
        outcome: what an update would do; None if nobody can be asked.
        phase: where it stands; likewise.
        published: what official-images has; likewise.
        own: our committed manifest, if there is one.
        as_of: the day by which ends are counted.
    """
    failures = [*(outcome.failures if outcome else ())]
    failures += [each.reason for each in (phase, published) if isinstance(each, FetchFailed)]
    notes = [*(outcome.alarms if outcome else ()), *(outcome.waits if outcome else ())]
    if outcome and outcome.verdict is CycleVerdict.UPDATE:
        notes = [*outcome.news, *notes]
    end = release.end_of_life
    if isinstance(phase, Found):
        theirs = phase.value.end_of_life
        if (
            end is not None
            and theirs is not None
            and (end.year, end.month)
            != (
                theirs.year,
                theirs.month,
            )
        ):
            notes.append(f"upstream says that its end of life is {theirs}")
        end = end or theirs
    if release.deprecated:
        notes.append(f"deprecated: {release.deprecated}")
    if said := ends.when(end, as_of, f"retire it: tagmatrix retire {release.cycle}"):
        notes.append(said)
    return StatusRow(
        cycle=release.cycle,
        ours=release.version,
        upstream=(outcome.upstream or (UNKNOWN if outcome.failures else NONE)) if outcome else NONE,
        manifest=(published_version(own.entries, release.cycle) if own else None) or NONE,
        published=_text(published),
        phase=phase.value.name if isinstance(phase, Found) else _text(phase),
        end_of_life=str(end) if end else NONE,
        held_back=dict(release.held_back),
        notes=tuple(notes),
        alarms=outcome.alarms if outcome else (),
        waits=outcome.waits if outcome else (),
        news=outcome.news if outcome and outcome.verdict is CycleVerdict.UPDATE else (),
        failures=tuple(dict.fromkeys(failures)),
        step=_step(release, outcome, end, as_of),
    )


def of_suites(config: Config, as_of: dt.date) -> dict[str, list[str]]:
    """Return what there is to say of suites: those that are deprecated, or near their end."""
    said = {
        name: [
            *([f"deprecated: {suite.deprecated}"] if suite.deprecated else []),
            *filter(None, [ends.when(suite.end_of_life, as_of, "drop it: delete its line")]),
        ]
        for name, suite in config.suites.items()
    }
    return {name: notes for name, notes in said.items() if notes}


def _text(answer: Answer[str] | Answer[Phase] | None) -> str:
    if isinstance(answer, Found):
        return str(answer.value)
    return UNKNOWN if isinstance(answer, FetchFailed) else NONE


def _step(
    release: Release, outcome: CycleOutcome | None, end: dt.date | None, as_of: dt.date
) -> str:
    """Return the next command."""
    if outcome and outcome.step:
        return outcome.step
    if outcome and outcome.verdict is CycleVerdict.UPDATE:
        return f"tagmatrix update {release.cycle}"
    if end is not None and end < as_of:
        return f"tagmatrix retire {release.cycle}"
    return ""
