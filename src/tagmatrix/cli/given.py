"""What a step knows of a version: what is given on the command line, and what is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tagmatrix.cli import asking
from tagmatrix.config import FILE
from tagmatrix.cycles import is_final
from tagmatrix.errors import GuardError, InputError, UpstreamError
from tagmatrix.needs import needs
from tagmatrix.steps.checksums import Given
from tagmatrix.upstream import lifecycle
from tagmatrix.upstream.answers import FetchFailed, Found, NotPublished, settled
from tagmatrix.upstream.python_org import PythonOrg
from tagmatrix.upstream.releases import is_numbers_only

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection

    from tagmatrix.config import Config, Release
    from tagmatrix.upstream.answers import Answer
    from tagmatrix.upstream.client import Client
    from tagmatrix.upstream.releases import Published

T = TypeVar("T")


def known(
    args: argparse.Namespace, config: Config, model: Release, *, final: bool = False
) -> tuple[str, Given]:
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
        version, asked = _ask(args, config, model, set(sha256), accepted, final=final)
        sha256 |= asked
    if not version:
        raise InputError(
            f"name the version that {model.cycle} is to be at, or ask upstream: --download"
        )
    return version, Given(sha256, tuple(args.late), accepted)


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
    have: set[str],
    accepted: Collection[str],
    *,
    final: bool,
) -> tuple[str, dict[str, str]]:
    """Ask upstream for a version, unless it is given, and for its checksums but those we have."""
    if config.upstream is None:
        raise InputError(
            f"{FILE} names no `upstream`, so nobody can be asked: add `upstream: python.org`, or "
            "give VERSION and --sha256 NAME=HEX"
        )
    client = asking.client(config, args)
    source = PythonOrg(client, config.upstream, download=True)
    published = _value(source.published(model.cycle))
    version: str = args.version or _newest(model, published, final=final)
    listed = next((each for each in published if each.version == version), None)
    found: dict[str, str] = {}
    for artifact in needs(config, replace(model, version=version)).artifacts:
        if artifact in have or artifact in args.late:
            continue
        answer = settled(source.checksum(version, artifact, listed), accepted)
        if not isinstance(answer, NotPublished):
            found[artifact] = _value(answer)
        elif artifact not in model.held_back:
            said = _ends(config, client, model, artifact)
            said = said or f"with --late {artifact} the images that need it wait for it"
            raise InputError(f"{answer.what}: {said}")
    return version, found


def _newest(model: Release, published: tuple[Published, ...], *, final: bool) -> str:
    """Return the newest version; a cycle that is final goes to final ones only."""
    final = final or (is_numbers_only(model.cycle) and is_final(model.version))
    for each in published:
        if is_final(each.version) or not final:
            return each.version
    raise InputError(f"upstream has published no final version of {model.cycle} yet")


def _ends(config: Config, client: Client, model: Release, artifact: str) -> str:
    """Return what to do if upstream publishes no such artifact any more; else nothing."""
    today = dt.datetime.now(dt.UTC).date()
    phases = lifecycle.phases(client, asking.addresses(config).release_cycles, today)
    phase = lifecycle.of_cycle(phases, model.cycle)
    if artifact == "source" or not isinstance(phase, Found) or not phase.value.source_only:
        return ""
    kept = [name for name in needs(config, model).artifacts if name != artifact]
    return (
        f"{model.cycle} is in its {phase.value.name} phase, and upstream publishes no installers "
        f"for it any more: say `artifacts: [{', '.join(kept)}]` there, "
        f"or let `tagmatrix update {model.cycle}` do it"
    )


def _value(answer: Answer[T]) -> T:
    if isinstance(answer, Found):
        return answer.value
    if isinstance(answer, FetchFailed):
        failure = GuardError if answer.alarm else UpstreamError
        raise failure(f"{answer.reason}; nothing is written")
    raise InputError(f"{answer.what}; mend the cycle or the version")
