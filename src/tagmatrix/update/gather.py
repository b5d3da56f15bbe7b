"""Request the facts that decisions need, and decide, for several cycles in parallel."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.config.artifacts import each_sum
from tagmatrix.matrix.needs import needs
from tagmatrix.update.decide import decide
from tagmatrix.update.outcome import CycleOutcome, UpstreamFacts
from tagmatrix.update.policy import accepted_checksums, candidate
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.util.workers import at_once
from tagmatrix.web.answers import Found, NotPublished
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer


def outcomes(
    config: Config,
    releases: Sequence[Release],
    source_of: Callable[[Release], Source],
    *,
    as_of: dt.date,
    every_phase: bool = False,
    on_done: Callable[[int, int], None] | None = None,
) -> list[CycleOutcome]:
    """Return the outcome for each release.

    Args:
        config: versions.yaml.
        releases: the releases to look up.
        source_of: returns the source of a release.
        as_of: the reference date for waiting periods.
        every_phase: request the phase of each cycle, not only if an artifact is missing.
        on_done: called with the number of finished cycles and the number of all cycles.
    """
    accepted = accepted_checksums(config)

    def one(release: Release) -> CycleOutcome:
        if not release.version:  # upstream numbers nothing of it
            return CycleOutcome(cycle=release.cycle, ours="")
        rules = DecisionRules(needs(config, release), as_of, accepted)
        return outcome(release, rules, source_of(release), every_phase=every_phase)

    return at_once([partial(one, each) for each in releases], AT_ONCE, on_done)


class DecisionRules(NamedTuple):
    """What `decide` goes by: a release's needs, the reference date, the accepted checksums."""

    needs: Needs
    as_of: dt.date
    accepted: Collection[str]


def outcome(
    release: Release, rules: DecisionRules, source: Source, *, every_phase: bool = False
) -> CycleOutcome:
    """Return the outcome for a release.

    While a newer version can't be taken, our version's files are compared as without it.
    """
    needed, as_of, accepted = rules
    answers = facts(release, needed, source, every_phase=every_phase)
    found = decide(release, needed, answers, as_of=as_of, accepted=accepted)
    published = answers.published.value if isinstance(answers.published, Found) else ()
    newer = target(release, published)
    # upstream may list only the newest version, so ours is not missed
    ours = next((each for each in published if each.version == release.version), None)
    if found.edits or newer is None or ours is None or newer.version == ours.version:
        return found
    alone = facts(release, needed, source, every_phase=False, published=Found((ours,)))
    # an answer that is the same for both is one of a document that knows only one version
    checksums = {
        artifact: answer
        for artifact, answer in alone.checksums.items()
        if answer != answers.checksums.get(artifact)
    }
    alone = replace(alone, checksums=checksums)
    kept = decide(release, needed, alone, as_of=as_of, accepted=accepted)
    return replace(
        found,
        alarms=tuple(dict.fromkeys((*found.alarms, *kept.alarms))),
        failures=tuple(dict.fromkeys((*found.failures, *kept.failures))),
    )


def target(release: Release, published: tuple[UpstreamRelease, ...]) -> UpstreamRelease | None:
    """Return the release whose checksums matter: the newest to move to, or the current one."""
    newest = candidate(published, release)
    if newest is not None and is_newer(newest.version, release.version, release.style):
        return newest
    return next((each for each in published if each.version == release.version), None)


def facts(
    release: Release,
    needed: Needs,
    source: Source,
    *,
    every_phase: bool,
    published: Answer[tuple[UpstreamRelease, ...]] | None = None,
) -> UpstreamFacts:
    """Return upstream's answers about a release; `published` replaces that about its versions."""
    published = published or source.published(release.cycle)
    phase = source.phase(release.cycle) if every_phase else None
    if not isinstance(published, Found):
        return UpstreamFacts(published=published, phase=phase)
    aim = target(release, published.value)
    version = aim.version if aim else release.version
    known = [name for _, name, _ in each_sum(release.sums)]
    # an architecture whose file upstream has not published until now
    files = [each for each in needed.possible if "/" in each]
    checksums = {
        artifact: source.checksum(version, artifact, aim)
        for artifact in dict.fromkeys((*needed.artifacts, *files, *known))
    }
    if phase is None and any(isinstance(answer, NotPublished) for answer in checksums.values()):
        phase = source.phase(release.cycle)
    return UpstreamFacts(published=published, checksums=checksums, phase=phase)
