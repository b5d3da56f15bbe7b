"""What a step knows of a version: what is given on the command line, and what is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.cli import upstream_options
from tagmatrix.config import FILE
from tagmatrix.cycles import is_final
from tagmatrix.errors import GuardError, InputError, UpstreamError
from tagmatrix.matrix.needs import needs
from tagmatrix.update.steps.checksums import VersionChecksums
from tagmatrix.upstream import phases as lifecycle
from tagmatrix.upstream.candidates import is_numbers_only
from tagmatrix.upstream.python_org.source import PythonOrg
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, settled

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.upstream.candidates import UpstreamRelease
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

T = TypeVar("T")


def known(
    args: argparse.Namespace, config: Config, model: Release, *, final: bool = False
) -> tuple[str, VersionChecksums]:
    """Return the version that a cycle is to be at, and its checksums.

    Args:
        args: `version`, `sha256`, `late`, `download`, and those of `asking`.
        config: versions.yaml.
        model: the release with that cycle, or one that is like it.
        final: whether a final version is wanted.

    Raises:
        InputError: neither given nor published.
        UpstreamError: upstream could not be asked.
        GuardError: upstream contradicts itself.
    """
    sha256 = _checksums(args)
    accepted = [each.sha256 for each in config.accept if each.sha256 is not None]
    version: str = args.version or ""
    if args.download:
        version, asked = _ask(args, config, model, sha256, accepted, final=final)
        sha256 |= asked
    if not version:
        raise InputError(
            f"name the version that {model.cycle} is to be at, or ask upstream: --download"
        )
    return version, VersionChecksums(sha256, tuple(args.late), accepted)


def _checksums(args: argparse.Namespace) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, digest in args.sha256:
        if found.setdefault(name, digest) != digest:
            raise InputError(f"--sha256 {name}: two different ones are given; keep one")
    return found


def _ask(
    args: argparse.Namespace,
    config: Config,
    model: Release,
    have: Mapping[str, str],
    accepted: Collection[str],
    *,
    final: bool,
) -> tuple[str, dict[str, str]]:
    """Ask upstream for a version, unless it is given, and for its checksums but those we have.

    All are asked for: what is given or said to be late must not contradict upstream.
    """
    if config.upstream is None:
        raise InputError(
            f"{FILE} names no `upstream`, so nobody can be asked: add `upstream: python.org`, or "
            "give VERSION and --sha256 NAME=HEX"
        )
    client = upstream_options.client(config, args)
    source = PythonOrg(client, config.upstream, download=True)
    published = _value(source.published(model.cycle))
    version: str = args.version or _newest(model, published, final=final)
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
        raise InputError(
            f"upstream lists no {version}; its newest is {_newest(model, published, final=final)}"
        )
    found: dict[str, str] = {}
    for artifact, answer in answers.items():
        if not isinstance(answer, NotPublished):
            found[artifact] = _value(answer)
            ours = have.get(artifact, found[artifact])
            what = f"{artifact} of {version}"
            if artifact in args.late:
                raise GuardError(
                    f"{what} is published: what is published is not left out; leave --late "
                    f"{artifact} away"
                )
            _check_said(what, ours, found[artifact], accepted)
        elif artifact not in {*have, *model.held_back}:
            late = artifact in args.late
            _check_wait(config, client, model, needed, artifact, answer.what, late=late)
    return version, {name: digest for name, digest in found.items() if name not in have}


def _check_said(what: str, ours: str, theirs: str, accepted: Collection[str]) -> None:
    """Refuse a SHA-256 that is not upstream's. Raises GuardError."""
    if ours not in {theirs, *accepted}:
        raise GuardError(
            f"{what}: the SHA-256 that is given is not upstream's; nothing is written.\n"
            f"  given:      {ours}\n  upstream's: {theirs}"
        )


def _check_wait(
    config: Config,
    client: Client,
    model: Release,
    needed: Needs,
    artifact: str,
    missing: str,
    *,
    late: bool,
) -> None:
    """Refuse to do without an artifact that is not published, unless it is said to be late.

    And even then if it never comes, or if too little is left. Raises InputError, UpstreamError.
    """
    if not needed.may_go_without([artifact]):
        raise InputError(f"{missing}: without it nothing is left, or Windows alone; move later")
    today = dt.datetime.now(dt.UTC).date()
    phases = lifecycle.phases(client, upstream_options.addresses(config).release_cycles, today)
    phase = lifecycle.of_cycle(phases, model.cycle)
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
    final = final or (is_numbers_only(model.cycle) and is_final(model.version))
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
