"""Complete a version and its checksums from upstream, for bump, add and promote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from msgspec import structs

from tagmatrix.config.artifacts import ALGORITHMS, DIGITS, NAMES, by_algorithm
from tagmatrix.errors import GuardError, InputError, UpstreamError
from tagmatrix.matrix.needs import needs
from tagmatrix.update.gather import checksums_of
from tagmatrix.update.policy import ChecksumChange, accepted_checksums, compare_checksum
from tagmatrix.upstream.release_order import is_for_prereleases
from tagmatrix.versions import is_final
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, settled

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.update.steps.checksums import VersionChecksums
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer

T = TypeVar("T")


def complete(
    config: Config,
    model: Release,
    version: str,
    given: VersionChecksums,
    source: Source,
    *,
    final: bool = False,
    command: str = "",
) -> tuple[str, VersionChecksums]:
    """Return the version that a cycle moves to, and its checksums.

    Upstream is queried for all checksums: the given ones must not contradict upstream.

    Args:
        config: versions.yaml.
        model: the release of that cycle, or a similar one.
        version: the version; empty for upstream's newest.
        given: the maintainer's checksums.
        source: the source of the other values.
        final: whether the version must be final.
        command: the command that has `--late`, if it is not the one that runs.

    Raises:
        InputError: upstream does not have the version, or not all of it.
        UpstreamError: upstream could not be reached.
        GuardError: upstream contradicts itself or the maintainer.
    """
    accepted = accepted_checksums(config)
    published = _value(source.published(model.cycle))
    version = version or _newest(model, published, final=final)
    listed = next((each for each in published if each.version == version), None)
    needed = needs(config, structs.replace(model, version=version))
    answers = {
        artifact: settled(answer, accepted)
        for artifact, answer in checksums_of(source, needed, version, listed).items()
    }
    if listed is None and not any(isinstance(each, Found) for each in answers.values()):
        for answer in answers.values():
            if isinstance(answer, FetchFailed):
                _value(answer)
        newest = _newest(model, published, final=final)
        raise InputError(f"upstream lists no {version}; its newest is {newest}")
    taken: dict[str, str] = {}
    for artifact, answer in answers.items():
        if not isinstance(answer, NotPublished):
            theirs = _value(answer)
            _refuse_contradiction(artifact, version, given, theirs, accepted)
            taken[artifact] = theirs
        elif artifact in needed.artifacts and artifact not in {
            *given.artifacts,
            *model.held_back,
        }:
            late = artifact in given.late
            _check_wait(source, model, needed, artifact, answer.what, command, late=late)
    sums = by_algorithm(taken)
    return version, replace(
        given, **{name: {**sums.get(name, {}), **getattr(given, name)} for name in ALGORITHMS}
    )


def _refuse_contradiction(
    artifact: str, version: str, given: VersionChecksums, theirs: str, accepted: Collection[str]
) -> None:
    """Raise GuardError if the maintainer contradicts upstream."""
    what = f"{artifact} of {version}"
    if artifact in given.late:
        raise GuardError(f"{what} is published, so it is not left out; remove --late {artifact}")
    kind = DIGITS[len(theirs)]
    ours = given.sums.get(kind, {}).get(artifact)
    if ours is not None and compare_checksum(theirs, ours, accepted) is ChecksumChange.REPLACED:
        raise GuardError(
            f"{what}: the given {NAMES[kind]} is not upstream's; nothing is written.\n"
            f"  given:      {ours}\n  upstream's: {theirs}"
        )


def _check_wait(
    source: Source,
    model: Release,
    needed: Needs,
    artifact: str,
    missing: str,
    command: str,
    *,
    late: bool,
) -> None:
    """Raise an error if a version can't leave out an unpublished artifact.

    It can if the artifact is `late`, upstream will publish it, and enough images are left.
    Raises InputError, UpstreamError.
    """
    if not needed.may_go_without([artifact]):
        raise InputError(
            f"{missing}: without it, no images, only Windows images, or images without their base "
            "would remain; try again later"
        )
    phase = source.phase(model.cycle)
    if isinstance(phase, Found) and phase.value.source_only:
        kept = [name for name in needed.artifacts if name != artifact]
        raise InputError(
            f"{missing}: {model.cycle} is in its {phase.value.name} phase, and upstream no longer "
            f"publishes installers for it: set `artifacts: [{', '.join(kept)}]` in that cycle, or "
            f"run `tagmatrix update {model.cycle}`"
        )
    if late:
        return
    option = f"{command} --late {artifact}".strip()
    if isinstance(phase, FetchFailed):
        raise UpstreamError(
            f"{missing}, and it is unknown whether upstream will publish it: {phase.reason}; "
            f"nothing is written. If you know that it will: {option}"
        )
    raise InputError(
        f"{missing}: with {option} the images that need it are left out until it is there"
    )


def _newest(model: Release, published: tuple[UpstreamRelease, ...], *, final: bool) -> str:
    """Return the newest version; a final cycle moves only to final versions."""
    final = final or (not is_for_prereleases(model.cycle) and model.is_final)
    for each in published:
        if is_final(each.version, model.style) or not final:
            return each.version
    raise InputError(f"upstream has published no final version of {model.cycle} yet")


def _value(answer: Answer[T]) -> T:
    if isinstance(answer, Found):
        return answer.value
    if isinstance(answer, FetchFailed):
        failure = GuardError if answer.alarm else UpstreamError
        raise failure(f"{answer.reason}; nothing is written")
    raise InputError(f"{answer.what}; correct the cycle or the version")
