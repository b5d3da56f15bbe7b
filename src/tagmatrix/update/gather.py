"""Request the facts that decisions need, and decide, for several cycles in parallel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix.config.artifacts import each_sum
from tagmatrix.matrix.needs import needs
from tagmatrix.update.decide import decide
from tagmatrix.update.outcome import CycleOutcome, UpstreamFacts
from tagmatrix.update.policy import accepted_checksums, candidate, stale_parts
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.util.workers import at_once
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

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
    """Return the outcome for a release."""
    needed, as_of, accepted = rules
    answers = facts(release, needed, source, every_phase=every_phase)
    return decide(release, needed, answers, as_of=as_of, accepted=accepted)


def target(release: Release, published: tuple[UpstreamRelease, ...]) -> UpstreamRelease | None:
    """Return the release whose checksums matter: the newest to move to, or the current one."""
    newest = candidate(published, release)
    if newest is not None and is_newer(newest.version, release.version, release.style):
        return newest
    return current(release, published)


def current(release: Release, published: tuple[UpstreamRelease, ...]) -> UpstreamRelease | None:
    """Return upstream's entry of our version; None if it lists only newer ones."""
    return next((each for each in published if each.version == release.version), None)


def facts(release: Release, needed: Needs, source: Source, *, every_phase: bool) -> UpstreamFacts:
    """Return upstream's answers about a release.

    While something of a newer version is missing, our version's files are compared too.
    """
    published = source.published(release.cycle)
    phase = source.phase(release.cycle) if every_phase else None
    if not isinstance(published, Found):
        return UpstreamFacts(published=published, phase=phase)
    aim, ours = target(release, published.value), current(release, published.value)
    known = [name for _, name, _ in each_sum(release.sums)]
    version = aim.version if aim else release.version
    checksums = checksums_of(source, needed, version, aim, known)
    late = [name for name, answer in checksums.items() if not isinstance(answer, Found)]
    kept: dict[str, Answer[str]] = {}
    if aim and aim != ours and (late or stale_parts(release, version)):
        asked = known if ours else [name for name in known if _may_be_late(checksums[name])]
        own = {name: source.checksum(release.version, name, ours) for name in asked}
        checksums = late_files(checksums, own)
        kept = _kept(own, checksums, listed=ours is not None)
    if phase is None and any(isinstance(checksums[name], NotPublished) for name in late):
        phase = source.phase(release.cycle)
    return UpstreamFacts(published=published, checksums=checksums, kept=kept, phase=phase)


def is_absent(answer: Answer[str]) -> bool:
    """Return whether a document is there, and names no file of the version."""
    return not isinstance(answer, Found) and answer.absent


def _may_be_late(answer: Answer[str]) -> bool:
    return isinstance(answer, NotPublished) or is_absent(answer)


def late_files(
    checksums: Mapping[str, Answer[str]], own: Mapping[str, Answer[str]]
) -> dict[str, Answer[str]]:
    """Return the answers about a newer version's files, which their documents may not name yet.

    A file is late if the description finds our version's in such a document. If not, the
    description may be wrong, or the document may never name the version.

    Args:
        checksums: the answers about the newer version.
        own: those about our version.
    """

    def judged(name: str, answer: Answer[str]) -> Answer[str]:
        if isinstance(answer, Found) or not answer.absent:
            return answer
        ours = [own[name]] if name in own else own.values()
        if any(isinstance(each, Found) for each in ours):
            return NotPublished(answer.reason, absent=True)
        return FetchFailed(answer.reason)

    return {name: judged(name, answer) for name, answer in checksums.items()}


def _kept(
    own: Mapping[str, Answer[str]], checksums: Mapping[str, Answer[str]], *, listed: bool
) -> dict[str, Answer[str]]:
    """Return the answers about our version's files that say something while a newer one waits.

    Args:
        own: upstream's answers about them.
        checksums: those about the newer version.
        listed: whether upstream lists our version. If not, only one thing is certain: its
            document is there, and names other files.
    """
    found = {name.partition("/")[0] for name, each in checksums.items() if isinstance(each, Found)}

    def counts(name: str, answer: Answer[str]) -> bool:
        if isinstance(answer, NotPublished):
            return listed or bool(answer.named)
        if isinstance(answer, FetchFailed) and answer.no_document:
            # upstream deletes the folders of old versions: the description is right for others
            return listed and name.partition("/")[0] not in found
        # a checksum that is the same for both is one of a document that knows only one version
        return listed and answer != checksums[name]

    return {name: answer for name, answer in own.items() if counts(name, answer)}


def checksums_of(
    source: Source,
    needed: Needs,
    version: str,
    listed: UpstreamRelease | None,
    known: Iterable[str] = (),
) -> dict[str, Answer[str]]:
    """Return upstream's answers about the artifacts of a version, by name.

    Among them are the files of architectures for which upstream has published none until now; these
    may have no description.

    Args:
        source: the source of the release.
        needed: what the release's images need.
        version: the version.
        listed: its entry among the published releases, if it has one.
        known: other artifacts, of which versions.yaml has checksums.
    """
    required = dict.fromkeys((*needed.artifacts, *known))
    answers = {name: source.checksum(version, name, listed) for name in required}
    for name in needed.possible:
        if "/" in name and name not in answers:
            answer = source.checksum(version, name, listed)
            if isinstance(answer, FetchFailed) and answer.undescribed:
                answer = NotPublished(answer.reason)
            answers[name] = answer
    return answers
