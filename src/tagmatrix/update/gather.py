"""Ask everything that a decision needs, cycles side by side."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tagmatrix.matrix.needs import needs
from tagmatrix.update.outcome import Facts
from tagmatrix.upstream import phases as lifecycle
from tagmatrix.upstream.candidates import candidate, is_newer
from tagmatrix.util.workers import at_once
from tagmatrix.web.answers import Found, NotPublished
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.upstream.candidates import UpstreamRelease
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client


class Source(Protocol):
    """Where releases come from; `python_org.PythonOrg` is one."""

    def published(self, cycle: str) -> Answer[tuple[UpstreamRelease, ...]]:
        """Return the published releases of a cycle, newest first."""

    def checksum(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[str]:
        """Return the SHA-256 of an artifact of a version."""


class Phases:
    """The phase of each cycle; fetched once, and only if somebody has to know."""

    def __init__(self, client: Client, url: str, as_of: dt.date) -> None:
        self._client, self._url, self._as_of = client, url, as_of
        self._answer: Answer[lifecycle.Phases] | None = None
        self._lock = threading.Lock()

    def of(self, cycle: str) -> Answer[Phase]:
        """Return the phase of a cycle."""
        with self._lock:
            if self._answer is None:
                self._answer = lifecycle.phases(self._client, self._url, self._as_of)
            return lifecycle.of_cycle(self._answer, cycle)


def gather(
    config: Config,
    releases: Sequence[Release],
    source: Source,
    phases: Phases,
    *,
    every_phase: bool = False,
    on_done: Callable[[int, int], None] | None = None,
) -> list[tuple[Needs, Facts]]:
    """Return what is needed and what upstream answered, for each release.

    Args:
        config: versions.yaml.
        releases: those of its releases that are asked about.
        source: where they come from.
        phases: where their cycles stand.
        every_phase: ask for each phase, not only where an artifact is missing.
        on_done: told how many of how many cycles are done.
    """

    def one(release: Release) -> tuple[Needs, Facts]:
        wanted = needs(config, release)
        return wanted, _facts(release, wanted, source, phases, every_phase=every_phase)

    return at_once([partial(one, each) for each in releases], AT_ONCE, on_done)


def target(release: Release, published: tuple[UpstreamRelease, ...]) -> UpstreamRelease | None:
    """Return what to ask checksums of: the newest version to move to, or the release's own."""
    newest = candidate(published, release.cycle, release.version)
    if newest is not None and is_newer(newest.version, release.version):
        return newest
    return next((each for each in published if each.version == release.version), None)


def _facts(
    release: Release, wanted: Needs, source: Source, phases: Phases, *, every_phase: bool
) -> Facts:
    published = source.published(release.cycle)
    phase = phases.of(release.cycle) if every_phase else None
    if not isinstance(published, Found):
        return Facts(published=published, phase=phase)
    aim = target(release, published.value)
    version = aim.version if aim else release.version
    checksums = {
        artifact: source.checksum(version, artifact, aim)
        for artifact in dict.fromkeys((*wanted.artifacts, *release.sha256))
    }
    if phase is None and any(isinstance(answer, NotPublished) for answer in checksums.values()):
        phase = phases.of(release.cycle)
    return Facts(published=published, target=aim, checksums=checksums, phase=phase)
