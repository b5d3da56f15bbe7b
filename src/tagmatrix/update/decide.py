"""Decide what upstream's answers change for a release: edits of versions.yaml, and notes. Pure.

The rules: a failure changes nothing; a version is never lowered; artifacts and checksums are
never lost; another checksum at the same version is an alarm; an update waits for a late
artifact or leaves it out, depending on the flavor; it does not wait for installers in a phase
without installers. One cycle never blocks another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import by_algorithm
from tagmatrix.update.deciding import Deciding
from tagmatrix.update.known_files import compare_files, compare_kept
from tagmatrix.update.late_artifacts import (
    end_of_wait,
    finds_not_ours,
    lacking,
    news_of_late,
    reason_to_wait,
)
from tagmatrix.update.policy import (
    candidate,
    goes_back,
    needs_promotion,
    old_checksums,
    other_algorithms,
    promote_step,
    stale_parts,
    twin_checksums,
    version_edits,
)
from tagmatrix.upstream.release_order import is_newer
from tagmatrix.util.wording import join_names
from tagmatrix.web.answers import FetchFailed, NotPublished, found_values, settled

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tagmatrix.config import Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.update.outcome import CycleOutcome, UpstreamFacts
    from tagmatrix.upstream.release_order import UpstreamRelease


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
    deciding = Deciding(release, needs, facts, as_of, accepted)
    if isinstance(facts.published, FetchFailed):
        deciding.fail(facts.published)
    elif isinstance(facts.published, NotPublished):
        deciding.alarms.append(
            f"{facts.published.what}: {release.cycle} stays at {release.version}"
        )
    else:
        _compare(deciding, facts.published.value)
    return deciding.outcome()


def _compare(deciding: Deciding, published: tuple[UpstreamRelease, ...]) -> None:
    """Compare our version with upstream's."""
    release, found = deciding.release, found_values(deciding.facts.checksums)
    cycle, ours = release.cycle, release.version
    newest = candidate(published, release)
    deciding.upstream = newest.version if newest else ""
    if needs_promotion(cycle, published[0].version, release.style):
        deciding.upstream = published[0].version
        deciding.step = promote_step(cycle, checksums=bool(deciding.needs.artifacts))
        final = f"{deciding.upstream} is final: {deciding.step} makes the cycle final"
        deciding.waits.append(final)
    if newest is None or goes_back(ours, newest.version, release.style):
        if all(each.version != ours for each in published):
            best = (
                f"upstream's newest version is {newest.version}"
                if newest
                else "upstream has no version that this cycle may move to"
            )
            deciding.alarms.append(
                f"{best}; versions.yaml keeps {ours}: tagmatrix "
                "never lowers a version (upstream may have sent an old list)"
            )
    elif twins := twin_checksums(found):
        deciding.alarms.append(f"{newest.version}: {twins}; versions.yaml keeps {ours}")
    elif others := other_algorithms(release, found, newest.version):
        deciding.failures += others
    elif newest.version == ours:
        compare_files(deciding, deciding.facts.checksums)
    else:
        _new_version(deciding, newest)
    if not deciding.edits:
        compare_kept(deciding)
    notes = deciding.edits or deciding.waits or deciding.alarms or deciding.failures
    if newest and not notes and is_newer(newest.version, ours, release.style):
        why = "without a reason: please report this as a problem of tagmatrix"
        deciding.failures.append(f"{newest.version} is published, and {ours} stays {why}")


def _new_version(deciding: Deciding, newest: UpstreamRelease) -> None:
    release, facts, needed = deciding.release, deciding.facts, deciding.needs.artifacts
    if stale := stale_parts(release, newest.version):
        deciding.waits.append(stale)
        return
    failed = [each for each in facts.checksums.values() if isinstance(each, FetchFailed)]
    for failure in failed:
        deciding.fail(failure)
    missing = [
        artifact
        for artifact, answer in facts.checksums.items()
        if isinstance(answer, NotPublished) and artifact in needed
    ]
    if failed or finds_not_ours(facts.kept, missing):
        return  # `compare_kept` reports it
    found = found_values(facts.checksums)
    if old := old_checksums(found, [release], deciding.accepted):
        overdue = f"{old}; if a file did not change either, add its checksum to `accept`"
        _wait_or_fail(deciding, newest, [name for name in found if name in needed], old, overdue)
        return
    if missing and not _settled(deciding, newest, missing):
        return
    ended = missing if deciding.source_only else []
    late = [] if ended else missing
    sums = by_algorithm(found)
    deciding.edits += version_edits(release, newest.version, sums, late)
    deciding.news.append(f"{release.version} to {newest.version}")
    if ended:
        deciding.end(ended, newest.version)
    for artifact in late:
        deciding.news.append(news_of_late(artifact, needed[artifact].flavors))


def _settled(deciding: Deciding, newest: UpstreamRelease, missing: list[str]) -> bool:
    """Return whether an update can leave the missing artifacts out; note the reason if not."""
    names, phase = join_names(missing), deciding.facts.phase
    if not deciding.needs.may_go_without(missing):
        _wait_or_fail(deciding, newest, missing, *_why_missing(deciding, missing))
        return False
    if isinstance(phase, FetchFailed):
        deciding.fail(phase)
        deciding.failures.append(
            f"{newest.version} has no {names} yet, and it is unknown whether upstream will "
            f"publish {'it' if len(missing) == 1 else 'them'}"
        )
        return False
    why = reason_to_wait(newest, missing, deciding.needs, deciding.as_of)
    if not deciding.source_only and why:
        deciding.waits.append(why)
        return False
    return True


def _why_missing(deciding: Deciding, missing: list[str]) -> tuple[str, str]:
    """Return why artifacts are missing, and what their documents lack: they may never name it."""
    answers = [deciding.facts.checksums[each] for each in missing]
    every = [each for each in answers if isinstance(each, NotPublished)]
    if all(each.only_checksum for each in every):
        return "; ".join(each.what for each in every), ""
    documents: dict[object, str] = {}
    for each in every:
        if each.absent or each.named:
            documents.setdefault(each.named or each.what, lacking(each))
    lacks = "; ".join(documents.values())
    are = "is" if len(missing) == 1 else "are"
    return f"{join_names(missing)} {are} not published yet{f' ({lacks})' if lacks else ''}", lacks


def _wait_or_fail(
    deciding: Deciding, newest: UpstreamRelease, artifacts: list[str], why: str, overdue: str
) -> None:
    """Note that a version waits for what it can't go without.

    `overdue` is the failure from the day on when other late files are left out; "" for none.
    """
    end = end_of_wait(newest, artifacts, deciding.needs)
    if overdue and end and deciding.as_of >= end:
        deciding.failures.append(f"{newest.version} is overdue since {end}: {overdue}")
        return
    days = [deciding.needs.artifacts[each].wait_days for each in artifacts]
    if newest.day is None and any(each is not None for each in days):
        why = f"{why}; upstream names no date of the release, so it waits without an end"
    deciding.waits.append(f"{newest.version} is not complete: {why}")
