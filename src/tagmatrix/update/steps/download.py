"""Complete a version and its checksums from upstream, for bump, add and promote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.cycles import is_final
from tagmatrix.errors import GuardError, InputError, UpstreamError
from tagmatrix.matrix.needs import needs
from tagmatrix.update.policy import ChecksumChange, compare_checksum
from tagmatrix.update.steps.checksums import VersionChecksums
from tagmatrix.upstream.candidates import is_for_prereleases
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, settled

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.upstream.candidates import UpstreamRelease
    from tagmatrix.upstream.sources import Source
    from tagmatrix.web.answers import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRequest:
    """What a person entered.

    Attributes:
        version: the version; empty for upstream's newest.
        sha256: checksums of its artifacts.
        late: artifacts that upstream has not published yet.
        final: whether the version has to be final.
    """

    version: str = ""
    sha256: Mapping[str, str]
    late: Collection[str] = ()
    final: bool = False


def complete(
    config: Config, model: Release, request: VersionRequest, source: Source | None
) -> tuple[str, VersionChecksums]:
    """Return the version that a cycle moves to, and its checksums.

    Args:
        config: versions.yaml.
        model: the release with that cycle, or one like it.
        request: what a person entered.
        source: asked for the rest; None to take the request as it is.

    Raises:
        InputError: the version is neither entered nor published.
        UpstreamError: upstream could not be reached.
        GuardError: upstream contradicts itself, or what was entered.
    """
    accepted = [each.sha256 for each in config.accept if each.sha256 is not None]
    if source is not None:
        version, sha256 = _ask(config, model, request, source, accepted)
    elif request.version:
        version, sha256 = request.version, {}
    else:
        raise InputError(
            f"name the version that {model.cycle} is to be at, or ask upstream: --download"
        )
    return version, VersionChecksums({**request.sha256, **sha256}, tuple(request.late), accepted)


def _ask(
    config: Config,
    model: Release,
    request: VersionRequest,
    source: Source,
    accepted: Collection[str],
) -> tuple[str, dict[str, str]]:
    """Return upstream's version and the checksums that were not entered.

    All are asked for: what was entered must not contradict upstream.
    """
    published = _value(source.published(model.cycle))
    version = request.version or _newest(model, published, final=request.final)
    listed = next((each for each in published if each.version == version), None)
    needed = needs(config, replace(model, version=version))
    answers = {
        artifact: settled(source.checksum(version, artifact, listed), accepted)
        for artifact in needed.artifacts
    }
    if listed is None and not any(isinstance(each, Found) for each in answers.values()):
        for answer in answers.values():
            if isinstance(answer, FetchFailed):
                _value(answer)
        newest = _newest(model, published, final=request.final)
        raise InputError(f"upstream lists no {version}; its newest is {newest}")
    found: dict[str, str] = {}
    for artifact, answer in answers.items():
        if not isinstance(answer, NotPublished):
            found[artifact] = _value(answer)
            _check_entered(artifact, version, request, found[artifact], accepted)
        elif artifact not in {*request.sha256, *model.held_back}:
            late = artifact in request.late
            _check_wait(source, model, needed, artifact, answer.what, late=late)
    return version, {name: sha for name, sha in found.items() if name not in request.sha256}


def _check_entered(
    artifact: str, version: str, request: VersionRequest, theirs: str, accepted: Collection[str]
) -> None:
    """Refuse what contradicts upstream. Raises GuardError."""
    what = f"{artifact} of {version}"
    if artifact in request.late:
        raise GuardError(
            f"{what} is published: what is published is not left out; leave --late {artifact} away"
        )
    entered = request.sha256.get(artifact, theirs)
    if compare_checksum(theirs, entered, accepted) is ChecksumChange.REPLACED:
        raise GuardError(
            f"{what}: the SHA-256 that is given is not upstream's; nothing is written.\n"
            f"  given:      {entered}\n  upstream's: {theirs}"
        )


def _check_wait(
    source: Source, model: Release, needed: Needs, artifact: str, missing: str, *, late: bool
) -> None:
    """Refuse to do without an artifact that is not published, unless it is said to be late.

    And even then if it never comes, or if too little is left. Raises InputError, UpstreamError.
    """
    if not needed.may_go_without([artifact]):
        raise InputError(f"{missing}: without it nothing is left, or Windows alone; move later")
    phase = source.phase(model.cycle)
    if isinstance(phase, Found) and phase.value.source_only:
        kept = [name for name in needed.artifacts if name != artifact]
        raise InputError(
            f"{missing}: {model.cycle} is in its {phase.value.name} phase, and upstream publishes "
            f"no installers for it any more: say `artifacts: [{', '.join(kept)}]` there, or let "
            f"`tagmatrix update {model.cycle}` do it"
        )
    if late:
        return
    if isinstance(phase, FetchFailed):
        raise UpstreamError(
            f"{missing}, and whether it ever will be is not known: {phase.reason}; nothing is "
            f"written. If it is known to come, say so: --late {artifact}"
        )
    raise InputError(f"{missing}: with --late {artifact} the images that need it wait for it")


def _newest(model: Release, published: tuple[UpstreamRelease, ...], *, final: bool) -> str:
    """Return the newest version; a cycle that is final goes to final ones only."""
    final = final or (not is_for_prereleases(model.cycle) and is_final(model.version))
    for each in published:
        if is_final(each.version) or not final:
            return each.version
    raise InputError(f"upstream has published no final version of {model.cycle} yet")


def _value(answer: Answer[T]) -> T:
    if isinstance(answer, Found):
        return answer.value
    if isinstance(answer, FetchFailed):
        failure = GuardError if answer.alarm else UpstreamError
        raise failure(f"{answer.reason}; nothing is written")
    raise InputError(f"{answer.what}; mend the cycle or the version")
