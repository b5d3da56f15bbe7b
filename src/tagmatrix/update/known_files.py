"""Compare the files of our version with upstream's: same, replaced, accepted, gone or new. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import DIGITS, NAMES
from tagmatrix.update.policy import (
    ChecksumChange,
    checksum_edits,
    compare_checksum,
    other_algorithms,
    replaced_alarm,
)
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, found_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.update.deciding import Deciding
    from tagmatrix.web.answers import Answer


def compare_kept(deciding: Deciding) -> None:
    """Report problems of our version's files while a newer version waits."""
    release, kept = deciding.release, deciding.facts.kept
    if others := other_algorithms(release, found_values(kept), release.version):
        deciding.failures += others
    else:
        compare_files(deciding, kept)
        deciding.edits.clear()  # what `accept` allows is not written while the cycle waits
        deciding.news.clear()


def compare_files(deciding: Deciding, answers: Mapping[str, Answer[str]]) -> None:
    """Compare upstream's answers about our version's files with versions.yaml."""
    every = deciding.release.sums
    for artifact, answer in answers.items():
        has = [sums[artifact] for sums in every.values() if artifact in sums]
        ours = next(iter(has), None)
        if isinstance(answer, Found):
            ours = every.get(DIGITS[len(answer.value)], {}).get(artifact)
        if isinstance(answer, FetchFailed) and answer.unclaimed and ours:
            continue  # ours was computed from the file, and nothing contradicts it
        if isinstance(answer, FetchFailed):
            deciding.fail(answer, f". Ours: {ours or 'none'}" if answer.claims else "")
        elif isinstance(answer, NotPublished):
            _missing_now(deciding, artifact, answer)
        else:
            _compare_checksum(deciding, artifact, ours, answer.value)


def _compare_checksum(deciding: Deciding, artifact: str, ours: str | None, theirs: str) -> None:
    change = compare_checksum(ours, theirs, deciding.accepted)
    kind = DIGITS[len(theirs)]
    what = f"{artifact} of {deciding.release.version}"
    if change is ChecksumChange.REPLACED:
        deciding.alarms.append(replaced_alarm(what, ours, "upstream's", theirs, kind))
    elif change is not ChecksumChange.SAME:
        deciding.edits += checksum_edits(deciding.release, {kind: {artifact: theirs}})
        deciding.news.append(
            f"{what} is published now; its images come back"
            if change is ChecksumChange.NEW
            else f"{what} has another {NAMES[kind]}, which `accept` allows: {theirs}"
        )


def _missing_now(deciding: Deciding, artifact: str, answer: NotPublished) -> None:
    """Judge an unpublished artifact of our version: it is gone, late, or it never comes."""
    release, phase = deciding.release, deciding.facts.phase
    if any(artifact in sums for sums in release.sums.values()):
        if answer.absent:
            return  # the document names other versions only: it says nothing about ours
        what = f"{'the checksum of ' * answer.only_checksum}{artifact} of {release.version}"
        hint = f"; `tagmatrix upstream test {release.cycle}` shows the names there"
        deciding.alarms.append(
            f"{what} was published and is gone; versions.yaml "
            f"keeps it: published artifacts stay ({answer.what}{hint * bool(answer.named)})"
        )
    elif artifact not in deciding.needs.artifacts:
        return
    elif isinstance(phase, FetchFailed):
        deciding.fail(phase)
    elif deciding.source_only:
        deciding.end([artifact], release.version)
    else:
        deciding.waits.append(f"{artifact} of {release.version} is held back: {answer.what}")
