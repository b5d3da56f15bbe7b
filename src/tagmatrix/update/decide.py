"""Decide what upstream's answers change for a release: edits of versions.yaml, and notes. Pure.

The rules: a failure changes nothing; a version is never lowered; artifacts and checksums are
never lost; another checksum at the same version is an alarm; an update waits for a late
artifact or leaves it out, depending on the flavor; it does not wait for installers in a phase
without installers. One cycle never blocks another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import DIGITS, NAMES, by_algorithm
from tagmatrix.update.late_artifacts import (
    edits_without,
    finds_not_ours,
    news_of_ends,
    news_of_late,
    reason_to_wait,
)
from tagmatrix.update.outcome import CycleOutcome
from tagmatrix.update.policy import (
    ChecksumChange,
    candidate,
    checksum_edits,
    compare_checksum,
    goes_back,
    needs_promotion,
    other_algorithms,
    promote_step,
    replaced_alarm,
    stale_parts,
    twin_checksums,
    version_edits,
)
from tagmatrix.util.wording import join_names
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, settled

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Release
    from tagmatrix.editing import Edit
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.update.outcome import UpstreamFacts
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.web.answers import Answer


def decide(
    release: Release,
    needs: Needs,
    facts: UpstreamFacts,
    *,
    as_of: dt.date,
    accepted: Collection[str] = (),
) -> CycleOutcome:
    """Return the outcome for a release.

    Args:
        release: the release in versions.yaml.
        needs: the needs of its images.
        facts: upstream's answers.
        as_of: the reference date for waiting periods.
        accepted: the checksums in `accept` of versions.yaml.
    """
    checksums, kept = (
        {name: settled(answer, accepted) for name, answer in answers.items()}
        for answers in (facts.checksums, facts.kept)
    )
    facts = replace(facts, checksums=checksums, kept=kept)
    deciding = _Deciding(release, needs, facts, as_of, accepted)
    if isinstance(facts.published, FetchFailed):
        deciding.fail(facts.published)
    elif isinstance(facts.published, NotPublished):
        deciding.alarms.append(
            f"{facts.published.what}: {release.cycle} stays at {release.version}"
        )
    else:
        deciding.compare(facts.published.value)
    return deciding.outcome()


@dataclass(slots=True)
class _Deciding:
    """Collects the outcome of a release."""

    release: Release
    needs: Needs
    facts: UpstreamFacts
    as_of: dt.date
    accepted: Collection[str]
    upstream: str = ""
    step: str = ""
    ends: str = ""
    edits: list[Edit] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def outcome(self) -> CycleOutcome:
        """Return the outcome; with alarms or failures it has no edits."""
        refused = bool(self.alarms or self.failures)
        return CycleOutcome(
            cycle=self.release.cycle,
            ours=self.release.version,
            upstream=self.upstream,
            edits=() if refused else tuple(self.edits),
            news=() if refused else tuple(self.news),
            waits=tuple(self.waits),
            alarms=tuple(self.alarms),
            failures=tuple(self.failures),
            step=self.step,
            ends=self.ends,
            phase=self.facts.phase,
        )

    def fail(self, answer: FetchFailed, more: str = "") -> None:
        """Note a failure or an alarm."""
        into = self.alarms if answer.alarm else self.failures
        if (text := f"{answer.reason}{more}") not in into:
            into.append(text)

    def compare(self, published: tuple[UpstreamRelease, ...]) -> None:
        """Compare our version with upstream's."""
        cycle, ours = self.release.cycle, self.release.version
        newest = candidate(published, self.release)
        self.upstream = newest.version if newest else ""
        if needs_promotion(cycle, published[0].version, self.release.style):
            self.upstream = published[0].version
            self.step = promote_step(cycle, checksums=bool(self.needs.artifacts))
            self.waits.append(f"{self.upstream} is final: {self.step} makes the cycle final")
        if newest is None or goes_back(ours, newest.version, self.release.style):
            if all(each.version != ours for each in published):
                best = (
                    f"upstream's newest version is {newest.version}"
                    if newest
                    else "upstream has no version that this cycle may move to"
                )
                self.alarms.append(
                    f"{best}; versions.yaml keeps {ours}: tagmatrix "
                    "never lowers a version (upstream may have sent an old list)"
                )
        elif twins := twin_checksums(_found(self.facts.checksums)):
            self.alarms.append(f"{newest.version}: {twins}; versions.yaml keeps {ours}")
        elif others := other_algorithms(self.release, _found(self.facts.checksums), newest.version):
            self.failures += others
        elif newest.version == ours:
            self._same_version(self.facts.checksums)
        else:
            self._new_version(newest)
        if not self.edits:
            self._compare_kept()

    def _compare_kept(self) -> None:
        """Report problems of our version's files while a newer version waits."""
        found = _found(self.facts.kept)
        if others := other_algorithms(self.release, found, self.release.version):
            self.failures += others
        else:
            self._same_version(self.facts.kept)
            self.edits.clear()  # what `accept` allows is not written while the cycle waits
            self.news.clear()

    def _same_version(self, answers: Mapping[str, Answer[str]]) -> None:
        for artifact, answer in answers.items():
            has = [sums[artifact] for sums in self.release.sums.values() if artifact in sums]
            ours = next(iter(has), None)
            if isinstance(answer, Found):
                kind = DIGITS[len(answer.value)]
                ours = self.release.sums.get(kind, {}).get(artifact)
            if isinstance(answer, FetchFailed) and answer.unclaimed and ours:
                continue  # ours was computed from the file, and nothing contradicts it
            if isinstance(answer, FetchFailed):
                self.fail(answer, f". Ours: {ours or 'none'}" if answer.claims else "")
            elif isinstance(answer, NotPublished):
                self._missing_now(artifact, answer)
            else:
                self._compare_checksum(artifact, ours, answer.value)

    def _compare_checksum(self, artifact: str, ours: str | None, theirs: str) -> None:
        change = compare_checksum(ours, theirs, self.accepted)
        kind = DIGITS[len(theirs)]
        what = f"{artifact} of {self.release.version}"
        if change is ChecksumChange.REPLACED:
            self.alarms.append(replaced_alarm(what, ours, "upstream's", theirs, kind))
        elif change is not ChecksumChange.SAME:
            self.edits += checksum_edits(self.release, {kind: {artifact: theirs}})
            self.news.append(
                f"{what} is published now; its images come back"
                if change is ChecksumChange.NEW
                else f"{what} has another {NAMES[kind]}, which `accept` allows: {theirs}"
            )

    def _missing_now(self, artifact: str, answer: NotPublished) -> None:
        """Judge an unpublished artifact of our version: it is gone, late, or it never comes."""
        if any(artifact in sums for sums in self.release.sums.values()):
            hint = f"; `tagmatrix upstream test {self.release.cycle}` shows the names there"
            self.alarms.append(
                f"{artifact} of {self.release.version} was published and is gone; versions.yaml "
                f"keeps it: published artifacts stay ({answer.what}{hint * bool(answer.named)})"
            )
        elif artifact not in self.needs.artifacts:
            return
        elif isinstance(self.facts.phase, FetchFailed):
            self.fail(self.facts.phase)
        elif self._source_only():
            self._end([artifact], self.release.version)
        else:
            self.waits.append(f"{artifact} of {self.release.version} is held back: {answer.what}")

    def _new_version(self, newest: UpstreamRelease) -> None:
        if stale := stale_parts(self.release, newest.version):
            self.waits.append(stale)
            return
        failed = [each for each in self.facts.checksums.values() if isinstance(each, FetchFailed)]
        for failure in failed:
            self.fail(failure)
        missing = [
            artifact
            for artifact, answer in self.facts.checksums.items()
            if isinstance(answer, NotPublished) and artifact in self.needs.artifacts
        ]
        if failed or finds_not_ours(self.facts.kept, missing):
            return  # `_compare_kept` reports it
        if missing and not self._settled(newest, missing):
            return
        ended = missing if self._source_only() else []
        late = [] if ended else missing
        self.edits += version_edits(
            self.release, newest.version, by_algorithm(_found(self.facts.checksums)), late
        )
        self.news.append(f"{self.release.version} to {newest.version}")
        if ended:
            self._end(ended, newest.version)
        for artifact in late:
            self.news.append(news_of_late(artifact, self.needs.artifacts[artifact].flavors))

    def _settled(self, newest: UpstreamRelease, missing: list[str]) -> bool:
        """Return whether an update can leave the missing artifacts out; note the reason if not."""
        names = join_names(missing)
        if not self.needs.may_go_without(missing):
            are = "is" if len(missing) == 1 else "are"
            self.waits.append(f"{newest.version} is not complete: {names} {are} not published yet")
            return False
        if isinstance(self.facts.phase, FetchFailed):
            self.fail(self.facts.phase)
            self.failures.append(
                f"{newest.version} has no {names} yet, and it is unknown whether upstream will "
                f"publish {'it' if len(missing) == 1 else 'them'}"
            )
            return False
        why = reason_to_wait(newest, missing, self.needs, self.as_of)
        if not self._source_only() and why:
            self.waits.append(why)
            return False
        return True

    def _source_only(self) -> bool:
        return isinstance(self.facts.phase, Found) and self.facts.phase.value.source_only

    def _end(self, artifacts: list[str], version: str) -> None:
        """Drop artifacts that upstream no longer publishes."""
        phase = self.facts.phase.value.name if isinstance(self.facts.phase, Found) else ""
        self.ends = f"{self.release.cycle} is in its {phase} phase: no installers any more."
        self.edits += edits_without(self.release, artifacts, self.needs)
        flavors = {artifact: self.needs.artifacts[artifact].flavors for artifact in artifacts}
        self.news += news_of_ends(flavors, self.release.version, version, phase)


def _found(answers: Mapping[str, Answer[str]]) -> dict[str, str]:
    """Return the checksums that upstream has."""
    return {name: each.value for name, each in answers.items() if isinstance(each, Found)}
